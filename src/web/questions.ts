/** Asks the policy what one request needs. */
import { type FilterOptions, type GivenFor, type PermissionName, RbacError } from "../index.ts";
import type { Askers } from "./asker.ts";
import {
  CIRCUMSTANCES,
  type CircumstanceName,
  type Circumstances,
  circumstancesOf,
  joinedGiven,
  type SaidCircumstances,
  saidBy,
  withAddress,
} from "./circumstances.ts";
import { type Early, earlyCircumstances } from "./early.ts";
import type { Framework } from "./framework.ts";
import type { Need } from "./needs.ts";
import type { GuardOptions, How } from "./options.ts";
import { type GuardLogging, NO, type Outcome, together, YES } from "./outcomes.ts";
import type { PolicyHandle } from "./policy-handle.ts";
import { after, everyOne, recovering, type Soon } from "./soon.ts";

export class Questions<C extends object> {
  readonly #policy: PolicyHandle;
  readonly #options: GuardOptions<C>;
  readonly #framework: Framework<C>;
  readonly #askers: Askers<C>;
  readonly #said = new WeakMap<Need, SaidCircumstances>();

  constructor(policy: PolicyHandle, options: GuardOptions<C>, framework: Framework<C>, askers: Askers<C>) {
    this.#policy = policy;
    this.#options = options;
    this.#framework = framework;
    this.#askers = askers;
  }

  /**
   * What the policy says; "nothing" where what the request is about is not there. A no that holds whatever it is needs
   * no load. A yes loads: its handler is about what is there, and `load` may check more than that.
   */
  outcome(c: C, user: string | null, need: Need, how: How<C>): Soon<Outcome | "nothing"> {
    const { decisions } = this.#policy;
    if (!decisions) return this.#outcome(c, user, need, how);
    const kept = (outcome: Outcome | "nothing") => {
      if (outcome !== "nothing") for (const answer of outcome.answers ?? []) decisions.keep(answer);
      return outcome;
    };
    return recovering(
      () => after(this.#outcome(c, user, need, how), kept),
      (error) => {
        if (error instanceof RbacError) decisions.keep(error);
        throw error;
      },
    );
  }

  #outcome(c: C, user: string | null, need: Need, how: How<C>): Soon<Outcome | "nothing"> {
    const said = this.#saidOf(need, how);
    const takesAddress = bearOn(need).includes("given");
    const ask = (known: Circumstances) => this.#answer(c, user, need, known, takesAddress);
    const { load } = how;
    if (!load) return after(circumstancesOf(said, c), ask);
    return after(this.#refusedAnyhow(c, user, need, said), (refused) => {
      if (refused) return refused;
      return after(this.#askers.loadedBy(c, load), (loaded) => {
        if (loaded === null || loaded === undefined) return "nothing";
        // Asked after the load, however long it took: what was committed meanwhile counts.
        return after(circumstancesOf(said, c, loaded), ask);
      });
    });
  }

  /** A no that holds whatever is loaded; `undefined` where it may be a yes. */
  #refusedAnyhow(c: C, user: string | null, need: Need, said: SaidCircumstances): Soon<Outcome | undefined> {
    if (need.kind !== "owner")
      return after(earlyCircumstances(said, c), (early) => this.#refusedEarly(c, user, need, early));
    const standing = user === null ? NO : this.#answer(c, user, { kind: "user" }, {}, false);
    return after(standing, (found) => {
      if (found.answer === "no") return found;
      return after(earlyCircumstances(said, c), (early) =>
        early.late.has("owner") ? undefined : this.#refusedEarly(c, user, need, early),
      );
    });
  }

  #refusedEarly(c: C, user: string | null, need: Need, { known, late, isOpen }: Early): Soon<Outcome | undefined> {
    if (late.has("on") || late.has("assume") || late.has("activate")) return undefined;
    // A context that comes later would be taken for absent if the address were given now.
    const hasAddress = bearOn(need).includes("given") && (!late.has("given") || known.given?.context !== undefined);
    // What is open for want of attributes stays so where nothing waits for the load.
    const isRefused = ({ answer }: Outcome) => answer === "no" || (answer === "open" && late.size === 0);
    const refusedIn = (side: Circumstances) =>
      after(this.#answer(c, user, need, side, hasAddress), (outcome) => (isRefused(outcome) ? outcome : undefined));
    // Being the owner may allow, and may deny: only what is refused on both sides is refused anyhow.
    const asOwner = late.has("owner") && user !== null ? { ...known, owner: user } : undefined;
    const refused = () =>
      asOwner ? after(refusedIn(asOwner), (found) => found && refusedIn(known)) : refusedIn(known);
    return recovering(refused, (error) => {
      if (isOpen()) return undefined;
      throw error;
    });
  }

  /** What is said and bears on a need, found once for all requests of its route. */
  #saidOf(need: Need, how: How<C>): SaidCircumstances {
    const kept = this.#said.get(need);
    if (kept) return kept;
    const said = saidOf(this.#options, need, how);
    this.#said.set(need, said);
    return said;
  }

  /** All that somebody may do, for an interface. */
  async permissions(c: C, user: string | null, how: How<C>): Promise<object> {
    const said = saidOf(this.#options, { kind: "permissions", names: [], all: true }, how);
    const { owner: _, ...known } = withAddress(await circumstancesOf(said, c), this.#framework.ip(c));
    const strangers = this.#options.onUnknownUser === "stranger";
    const options = { ...known, ...(strangers && { strangers }) };
    return this.#asUser(c, user, async () => {
      const { revision } = await this.#policy.all([]); // Not later than the list, for who keeps it until a change.
      return { user, revision, permissions: await this.#policy.permissions(user, options) };
    });
  }

  /** `Compiled.filter` in the circumstances of the request. */
  async filter<P extends PermissionName>(c: C, user: string | null, permission: P, options: FilterOptions<P>) {
    const said = saidOf(this.#options, { kind: "permissions", names: [], all: true }, {});
    const known = withAddress(await circumstancesOf(said, c), this.#framework.ip(c));
    const { given: ofRequest, ...others } = known;
    const given = ofRequest && { given: joinedGiven(ofRequest, options.given ?? {}) as GivenFor<P> };
    const strangers = this.#options.onUnknownUser === "stranger";
    const all = { ...others, ...options, ...given, ...(strangers && { strangers }) };
    return this.#asUser(c, user, () => this.#policy.filter(user, permission, all));
  }

  /** Most answers hold whatever the address is, and cost half without it: it is left out at first. */
  #answer(c: C, user: string | null, need: Need, known: Circumstances, takesAddress: boolean): Soon<Outcome> {
    const logging = this.#loggingOf(c);
    return this.#asUser(c, user, () => {
      if (!takesAddress) return this.#asked(user, need, known, logging);
      const withIt = () => this.#asked(user, need, withAddress(known, this.#framework.ip(c)), logging);
      if (known.given) return withIt();
      return after(this.#asked(user, need, known, logging), (outcome) =>
        outcome.answer === "open" ? withIt() : outcome,
      );
    });
  }

  #loggingOf(c: C): GuardLogging {
    const { decisions, logsElsewhere } = this.#policy;
    if (decisions) return { ...this.#askers.requestIdOf(c), log: "later" };
    return logsElsewhere ? this.#askers.requestIdOf(c) : undefined;
  }

  /**
   * Asks, and where the user is unknown and is to be created, once more. Who was a user is not created again: they
   * would get what everyone holds, and what they owned.
   */
  #asUser<T>(c: C, user: string | null, ask: () => Soon<T>): Soon<T> {
    const { onUnknownUser, rbac, profile } = this.#options;
    if (onUnknownUser !== "create" || !rbac || user === null) return ask();
    return recovering(ask, async (error) => {
      if (!(error instanceof RbacError && error.code === "USER_NOT_FOUND")) throw error;
      await this.#policy.permissions(user, { strangers: true, on: null }); // Throws for a name that is no stranger's.
      await rbac.sync({ ...(await profile?.(c)), user });
      return ask();
    });
  }

  /** Asks for permissions at one revision, however many. */
  #asked(user: string | null, need: Need, known: Circumstances, logging: GuardLogging): Soon<Outcome> {
    if (need.kind !== "permissions" && !(need.kind === "scopes" && need.arePermissions))
      return this.#standingIn(user, need, known, logging);
    const { names } = need;
    const strangers = this.#options.onUnknownUser === "stranger" && { strangers: true };
    const how = strangers || logging ? { ...known, ...strangers, ...logging } : known;
    const isAll = need.kind === "scopes" || need.all;
    const [name] = names;
    if (names.length === 1 && name !== undefined) {
      const options = isEmpty(how) ? undefined : how;
      const answer = this.#policy.canSoon?.(user, name, options) ?? this.#policy.can(user, name, options);
      return after(answer, (one) => together(names, [one], isAll, logging));
    }
    const all = this.#policy.all(names.map((permission) => ({ ...how, user, permission })));
    return after(all, ({ answers }) => together(names, answers, isAll, logging));
  }

  /** What is not asked of permissions. */
  #standingIn(user: string | null, need: Need, known: Circumstances, logging: GuardLogging): Soon<Outcome> {
    if (need.kind === "roles") {
      const strangers = this.#options.onUnknownUser === "stranger" && { strangers: true };
      const how = { ...known, ...strangers, ...logging };
      const ask = (role: string) => this.#policy.hasSoon?.(user, role, how) ?? this.#policy.has(user, role, how);
      const asked = need.names.map(ask);
      return after(everyOne(asked), (answers) => together(need.names, answers, need.all, logging));
    }
    if (need.kind === "owner" && (user === null || user !== known.owner)) return NO;
    return need.kind === "scopes" && user === null ? YES : this.#standing(user);
  }

  /** Whether who asks is a user here, and not disabled. @throws RbacError `USER_NOT_FOUND` (exit 2). */
  async #standing(user: string | null): Promise<Outcome> {
    if (user === null) return NO;
    const { disabled } = await this.#policy.user(user);
    return disabled ? { ...NO, reason: "disabled" } : YES;
  }
}

const isEmpty = (options: object): boolean => {
  for (const _ in options) return false;
  return true;
};

/** The circumstances that bear on a need. */
function bearOn(need: Need): readonly CircumstanceName[] {
  if (need.kind === "owner") return ["owner"];
  if (need.kind === "user" || (need.kind === "scopes" && !need.arePermissions)) return [];
  return need.kind === "roles" ? ["on", "assume", "activate"] : CIRCUMSTANCES;
}

/** The circumstances of a guard and of a need, as far as they bear on it. */
const saidOf = <C>(options: GuardOptions<C>, need: Need, how: How<C>): SaidCircumstances =>
  saidBy([options, how], bearOn(need));
