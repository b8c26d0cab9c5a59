/** Asks the policy what one request needs. */
import { type Compiled, type FilterOptions, type GivenFor, type PermissionName, RbacError } from "../index.ts";
import type { Askers } from "./asker.ts";
import {
  CIRCUMSTANCES,
  type CircumstanceName,
  type Circumstances,
  circumstancesOf,
  joinedGiven,
  type Layers,
  withAddress,
} from "./circumstances.ts";
import { earlyCircumstances } from "./early.ts";
import type { Framework } from "./framework.ts";
import type { Need } from "./needs.ts";
import type { GuardOptions, How } from "./options.ts";
import { type GuardLogging, type NeedAnswer, NO, type Outcome, together, YES } from "./outcomes.ts";

export class Questions<C extends object> {
  readonly #policy: Compiled;
  readonly #options: GuardOptions<C>;
  readonly #framework: Framework<C>;
  readonly #askers: Askers<C>;
  readonly #layers = new WeakMap<Need, Layers<C>>();

  constructor(policy: Compiled, options: GuardOptions<C>, framework: Framework<C>, askers: Askers<C>) {
    this.#policy = policy;
    this.#options = options;
    this.#framework = framework;
    this.#askers = askers;
  }

  /**
   * What the policy says; "nothing" where what the request is about is not there. A no that holds whatever it is needs
   * no load. A yes loads: its handler is about what is there, and `load` may check more than that.
   */
  async outcome(c: C, user: string | null, need: Need, how: How<C>): Promise<Outcome | "nothing"> {
    const { decisions } = this.#policy;
    if (!decisions) return this.#outcome(c, user, need, how);
    try {
      const outcome = await this.#outcome(c, user, need, how);
      if (outcome !== "nothing") for (const answer of outcome.answers ?? []) decisions.keep(answer);
      return outcome;
    } catch (error) {
      if (error instanceof RbacError) decisions.keep(error);
      throw error;
    }
  }

  async #outcome(c: C, user: string | null, need: Need, how: How<C>): Promise<Outcome | "nothing"> {
    const layers = this.#layersOf(need, how);
    const ip = bearOn(need).includes("given") ? this.#framework.ip(c) : undefined;
    const ask = async (known: Circumstances) => (await this.#answers(c, user, need, [known], ip))[0] ?? NO;
    if (!how.load) return ask(await circumstancesOf(layers, c));
    const refused = await this.#refusedAnyhow(c, user, need, layers, ip);
    if (refused) return refused;
    const loaded = await this.#askers.loadedBy(c, how.load);
    if (loaded === null || loaded === undefined) return "nothing";
    // Asked after the load, however long it took: what was committed meanwhile counts.
    return ask(await circumstancesOf(layers, c, loaded));
  }

  /** A no that holds whatever is loaded; `undefined` where it may be a yes. */
  async #refusedAnyhow(
    c: C,
    user: string | null,
    need: Need,
    layers: Layers<C>,
    ip: string | undefined,
  ): Promise<Outcome | undefined> {
    if (need.kind === "owner") {
      const [standing = NO] = user === null ? [NO] : await this.#answers(c, user, { kind: "user" }, [{}]);
      if (standing.answer === "no") return standing;
    }
    const { known, late, isOpen } = await earlyCircumstances(layers, c);
    if (late.has("on") || late.has("assume") || late.has("activate")) return undefined;
    if (need.kind === "owner" && late.has("owner")) return undefined;
    // A context that comes later would be taken for absent if the address were given now.
    const address = late.has("given") && !known.given?.context ? undefined : ip;
    // Being the owner may allow, and may deny.
    const sides = late.has("owner") && user !== null ? [known, { ...known, owner: user }] : [known];
    try {
      const outcomes = await this.#answers(c, user, need, sides, address);
      // What is open for want of attributes stays so where nothing waits for the load.
      const isRefused = ({ answer }: Outcome) => answer === "no" || (answer === "open" && late.size === 0);
      return outcomes.every(isRefused) ? outcomes[0] : undefined;
    } catch (error) {
      if (isOpen()) return undefined;
      throw error;
    }
  }

  /** What bears on a need, found once for all requests of its route. */
  #layersOf(need: Need, how: How<C>): Layers<C> {
    const kept = this.#layers.get(need);
    if (kept) return kept;
    const layers = layersOf(this.#options, need, how);
    this.#layers.set(need, layers);
    return layers;
  }

  /** All that somebody may do, for an interface. */
  async permissions(c: C, user: string | null, how: How<C>): Promise<object> {
    const layers = layersOf(this.#options, { kind: "permissions", names: [], all: true }, how);
    const { owner: _, ...known } = withAddress(await circumstancesOf(layers, c), this.#framework.ip(c));
    const strangers = this.#options.onUnknownUser === "stranger";
    const options = { ...known, ...(strangers && { strangers }) };
    return this.#asUser(c, user, async () => {
      const { revision } = await this.#policy.all([]); // Not later than the list, for who keeps it until a change.
      return { user, revision, permissions: await this.#policy.permissions(user, options) };
    });
  }

  /** `Compiled.filter` in the circumstances of the request. */
  async filter<P extends PermissionName>(c: C, user: string | null, permission: P, options: FilterOptions<P>) {
    const layers = layersOf(this.#options, { kind: "permissions", names: [], all: true }, {});
    const known = withAddress(await circumstancesOf(layers, c), this.#framework.ip(c));
    const { given: ofRequest, ...others } = known;
    const given = ofRequest && { given: joinedGiven(ofRequest, options.given ?? {}) as GivenFor<P> };
    const strangers = this.#options.onUnknownUser === "stranger";
    const all = { ...others, ...options, ...given, ...(strangers && { strangers }) };
    return this.#asUser(c, user, () => this.#policy.filter(user, permission, all));
  }

  /** The outcome on each side. Most hold whatever the address is, and cost half without it: it is left out at first. */
  #answers(
    c: C,
    user: string | null,
    need: Need,
    sides: readonly Circumstances[],
    ip?: string,
  ): Promise<readonly Outcome[]> {
    const logging: GuardLogging = this.#policy.decisions && { ...this.#askers.requestIdOf(c), log: "later" };
    return this.#asUser(c, user, async () => {
      if (ip === undefined) return this.#asked(user, need, sides, logging);
      const outcomes = sides.some(({ given }) => given) ? [] : await this.#asked(user, need, sides, logging);
      if (outcomes.length > 0 && outcomes.every(({ answer }) => answer !== "open")) return outcomes;
      const withIp = sides.map((side) => withAddress(side, ip));
      return this.#asked(user, need, withIp, logging);
    });
  }

  /**
   * Asks, and where the user is unknown and is to be created, once more. Who was a user is not created again: they
   * would get what everyone holds, and what they owned.
   */
  async #asUser<T>(c: C, user: string | null, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const { onUnknownUser, rbac, profile } = this.#options;
      const isUnknown = error instanceof RbacError && error.code === "USER_NOT_FOUND";
      if (!isUnknown || onUnknownUser !== "create" || !rbac || user === null) throw error;
      await this.#policy.permissions(user, { strangers: true, on: null }); // Throws for a name that is no stranger's.
      await rbac.sync({ ...(await profile?.(c)), user });
      return ask();
    }
  }

  /** Asks for permissions at one revision, whatever the number of names and sides. */
  async #asked(
    user: string | null,
    need: Need,
    sides: readonly Circumstances[],
    logging: GuardLogging,
  ): Promise<readonly Outcome[]> {
    if (need.kind === "permissions" || (need.kind === "scopes" && need.arePermissions)) {
      const { names } = need;
      const isAll = need.kind === "scopes" || need.all;
      const answers = await this.#decisions(user, names, sides, logging);
      return sides.map((_, at) =>
        together(names, answers.slice(at * names.length, (at + 1) * names.length), isAll, logging),
      );
    }
    return Promise.all(sides.map((known) => this.#standingIn(user, need, known, logging)));
  }

  async #decisions(
    user: string | null,
    names: readonly PermissionName[],
    sides: readonly Circumstances[],
    logging: GuardLogging,
  ): Promise<readonly NeedAnswer[]> {
    const strangers = this.#options.onUnknownUser === "stranger" && { strangers: true };
    const hows = strangers || logging ? sides.map((known) => ({ ...known, ...strangers, ...logging })) : sides;
    const [[name], [how]] = [names, hows];
    if (name !== undefined && how && names.length * hows.length === 1)
      return [await this.#policy.can(user, name, isEmpty(how) ? undefined : how)];
    const questions = hows.flatMap((one) => names.map((permission) => ({ ...one, user, permission })));
    return (await this.#policy.all(questions)).answers;
  }

  /** What is not asked of permissions. */
  async #standingIn(user: string | null, need: Need, known: Circumstances, logging: GuardLogging): Promise<Outcome> {
    if (need.kind === "roles") {
      const strangers = this.#options.onUnknownUser === "stranger" && { strangers: true };
      const how = { ...known, ...strangers, ...logging };
      const answers = await Promise.all(need.names.map((role) => this.#policy.has(user, role, how)));
      return together(need.names, answers, need.all, logging);
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
function layersOf<C>(options: GuardOptions<C>, need: Need, how: How<C>): Layers<C> {
  const names = bearOn(need);
  const layer = (said: Layers<C>[number]): Layers<C>[number] =>
    Object.fromEntries(names.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])));
  return [layer(options), layer(how)];
}
