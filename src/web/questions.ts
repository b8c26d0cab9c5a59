/** Asks the policy what one request needs. */
import { type CanAnswer, type Compiled, RbacError } from "../index.ts";
import type { Askers } from "./asker.ts";
import {
  type CircumstanceName,
  type Circumstances,
  circumstancesOf,
  type Layers,
  lateNames,
  withAddress,
} from "./circumstances.ts";
import type { Framework } from "./framework.ts";
import type { Need } from "./needs.ts";
import type { GuardOptions, How } from "./options.ts";

/** What the policy says of a need. It is open while it depends on what is not known yet. */
export interface Outcome {
  readonly answer: "yes" | "no" | "open";
  /** The names for which it does not say yes. */
  readonly missing: readonly string[];
  readonly reason: string;
}

type Answer = Pick<CanAnswer, "allowed" | "reason">;

export class Questions<C extends object> {
  readonly #policy: Compiled;
  readonly #options: GuardOptions<C>;
  readonly #framework: Framework<C>;
  readonly #askers: Askers<C>;
  readonly #layers = new WeakMap<Need, { readonly layers: Layers<C>; readonly late: ReadonlySet<CircumstanceName> }>();

  constructor(policy: Compiled, options: GuardOptions<C>, framework: Framework<C>, askers: Askers<C>) {
    this.#policy = policy;
    this.#options = options;
    this.#framework = framework;
    this.#askers = askers;
  }

  /**
   * What the policy says; "nothing" where what the request is about is not there. It is loaded only where neither a yes
   * nor a no holds whatever it is.
   */
  async outcome(c: C, user: string | null, need: Need, how: How<C>): Promise<Outcome | "nothing"> {
    const { layers, late } = this.#layersOf(need, how);
    const ask = (known: Circumstances) => this.#answer(c, user, need, known);
    const ip = need.kind === "roles" ? undefined : this.#framework.ip(c);
    if (late.size === 0) {
      const known = await circumstancesOf(layers, c);
      // Most answers hold whatever the address is, and cost half without it.
      const plain = need.kind !== "owner" && ip !== undefined && !known.given ? await ask(known) : undefined;
      return plain && plain.answer !== "open" ? plain : ask(withAddress(known, ip));
    }
    if (need.kind !== "owner" && !late.has("on") && !late.has("assume") && !late.has("activate")) {
      const early = await circumstancesOf(layers, c);
      // An attribute of the context that comes later would be taken for absent if the address were given now.
      const known = late.has("given") ? early : withAddress(early, ip);
      // Being the owner may allow, and may deny.
      const sides = late.has("owner") && user !== null ? [known, { ...known, owner: user }] : [known];
      const [one, other = one] = await Promise.all(sides.map(ask));
      if (one && one.answer !== "open" && one.answer === other?.answer) return one;
    }
    const loaded = how.load && (await this.#askers.loadedBy(c, how.load));
    if (loaded === null || loaded === undefined) return "nothing";
    return ask(withAddress(await circumstancesOf(layers, c, { loaded }), ip));
  }

  /** What bears on a need, found once for all requests of its route. */
  #layersOf(need: Need, how: How<C>): { readonly layers: Layers<C>; readonly late: ReadonlySet<CircumstanceName> } {
    const kept = this.#layers.get(need);
    if (kept) return kept;
    const layers = layersOf(this.#options, need, how);
    const found = { layers, late: lateNames(layers) };
    this.#layers.set(need, found);
    return found;
  }

  /** All that somebody may do, for an interface. */
  async permissions(c: C, user: string | null, how: How<C>): Promise<object> {
    const layers = layersOf(this.#options, { kind: "permissions", names: [], all: true }, how);
    const { owner: _, ...known } = withAddress(await circumstancesOf(layers, c), this.#framework.ip(c));
    const strangers = this.#options.onUnknownUser === "stranger";
    return { user, permissions: await this.#policy.permissions(user, { ...known, ...(strangers && { strangers }) }) };
  }

  /** Asks, and where the user is unknown and is to be created, once more. */
  async #answer(c: C, user: string | null, need: Need, known: Circumstances): Promise<Outcome> {
    try {
      return await this.#asked(user, need, known);
    } catch (error) {
      const { onUnknownUser, rbac, profile } = this.#options;
      const isUnknown = error instanceof RbacError && error.code === "USER_NOT_FOUND";
      if (!isUnknown || onUnknownUser !== "create" || !rbac || user === null) throw error;
      await rbac.sync({ ...(await profile?.(c)), user });
      return this.#asked(user, need, known);
    }
  }

  async #asked(user: string | null, need: Need, known: Circumstances): Promise<Outcome> {
    const how = this.#options.onUnknownUser === "stranger" ? { ...known, strangers: true } : known;
    if (need.kind === "owner") return this.#asOwner(user, known);
    if (need.kind === "roles") {
      const answers = await Promise.all(need.names.map((role) => this.#policy.has(user, role, how)));
      return together(need.names, answers, need.all);
    }
    const [name] = need.names;
    if (need.names.length === 1 && name !== undefined)
      return together(need.names, [await this.#policy.can(user, name, isEmpty(how) ? undefined : how)], true);
    const { answers } = await this.#policy.all(need.names.map((permission) => ({ ...how, user, permission })));
    return together(need.names, answers, need.kind === "scopes" || need.all);
  }

  /** The owner, who is a user here and not disabled. */
  async #asOwner(user: string | null, { owner }: Circumstances): Promise<Outcome> {
    if (user === null || user !== owner) return { answer: "no", missing: [], reason: "none" };
    const { disabled } = await this.#policy.user(user);
    return { answer: disabled ? "no" : "yes", missing: [], reason: disabled ? "disabled" : "allow" };
  }
}

const isEmpty = (options: object): boolean => {
  for (const _ in options) return false;
  return true;
};

/** The circumstances that bear on a need: no owner and no attribute bears on roles. */
function layersOf<C>(options: GuardOptions<C>, need: Need, how: How<C>): Layers<C> {
  const layer = <T extends Layers<C>[number]>({ on, owner, given, assume, activate }: T): Layers<C>[number] => ({
    ...(on !== undefined && { on }),
    ...(assume !== undefined && { assume }),
    ...(activate !== undefined && { activate }),
    ...(need.kind !== "roles" && owner !== undefined && { owner }),
    ...(need.kind !== "roles" && given !== undefined && { given }),
  });
  return [layer(options), layer(how)];
}

/** The answers to several names as one. */
function together(names: readonly string[], answers: readonly Answer[], all: boolean): Outcome {
  const refused = answers.filter(({ allowed }) => !allowed);
  const missing = names.filter((_, at) => !answers[at]?.allowed);
  const isYes = all ? refused.length === 0 : refused.length < answers.length;
  if (isYes) return { answer: "yes", missing: [], reason: "allow" };
  const isOpen = ({ reason }: Answer) => reason === "condition";
  const mayBecomeYes = all ? refused.every(isOpen) : refused.some(isOpen);
  const { reason = "none" } = refused.find((answer) => isOpen(answer) === mayBecomeYes) ?? {};
  return { answer: mayBecomeYes ? "open" : "no", missing, reason };
}
