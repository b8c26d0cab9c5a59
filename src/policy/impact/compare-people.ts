/** What happens to somebody between two policies, in the general form: whatever they hold, and whatever covers it. */
import { NOTHING_GIVEN } from "../conditions/given.ts";
import { speakOfUser } from "../evaluate/conditional-extents.ts";
import { grantsFor } from "../evaluate/decide.ts";
import { factsFor } from "../evaluate/judged-paths.ts";
import { type Asker, askerOf, type Holding, isOpen, pathsThrough, reachedFrom } from "../evaluate/walk.ts";
import { byBytes } from "../model/byte-order.ts";
import { withoutOwn } from "../model/names.ts";
import { resourceOf } from "../model/patterns.ts";
import { type AnyGrant, conditionOf, isConditional } from "../model/policy.ts";
import { differencesOf, type OneSide } from "./difference.ts";
import { heldKey, type PersonThen, type Standing } from "./people.ts";
import type { RoleChanges } from "./role-changes.ts";
import { RowsByLabel } from "./rows.ts";
import type { PolicySide, Sides } from "./sides.ts";
import type { GainsAndLosses } from "./values.ts";
import type { Wildcards } from "./wildcards.ts";

/** Somebody in one of the two policies at a moment. */
export interface HeldThen {
  readonly side: PolicySide;
  readonly user: string | null;
  /** False for who may nothing: who is not there, or disabled. */
  readonly isThere: boolean;
  /** Those whose window is open. */
  readonly holdings: readonly Holding[];
}

const ENDLESS = { scope: null, from: null, until: null };

/** What somebody holds at a moment: by assignment, then as everyone does. */
function heldAt(side: PolicySide, user: string | null, standing: Standing | undefined, at: string): HeldThen {
  if (!standing || standing.disabled) return { side, user, isThere: false, holdings: [] };
  const assigned = standing.held
    .filter((one) => isOpen(one, at))
    .map(({ role, scope, from, until }) => ({ held: "assigned" as const, role, scope, from, until, revision: null }));
  const everyone = [...side.policy.everyone.keys()].map((role) => ({
    ...{ held: "everyone" as const, role, revision: null },
    ...ENDLESS,
  }));
  return { side, user, isThere: true, holdings: [...assigned, ...everyone] };
}

/** The holdings that somebody has in one of two policies only; all where they are there in one only. */
export function oneWayHoldings(
  before: HeldThen,
  after: HeldThen,
): { readonly lost: Holding[]; readonly gained: Holding[] } {
  const without = (these: HeldThen, others: HeldThen) => {
    const keys = new Set(others.isThere ? others.holdings.map(heldKey) : []);
    return these.holdings.filter((holding) => !keys.has(heldKey(holding)));
  };
  return { lost: without(before, after), gained: without(after, before) };
}

const NOTHING: GainsAndLosses = { gains: [], losses: [] };

export class PeopleComparison {
  readonly #sides: Sides;
  readonly #roles: RoleChanges;
  readonly #wildcards: Wildcards;
  readonly #expand: boolean;
  /** True where conditions speak of the name of who asks: then nothing is shared by people. */
  readonly #isPersonal: boolean;
  /** True where conditions may tell permissions apart that the same grants cover. */
  readonly #speakOfNames: boolean;
  /** What happens to whoever holds the same, by what they hold. */
  readonly #known = new Map<string, GainsAndLosses>();

  constructor(sides: Sides, roles: RoleChanges, wildcards: Wildcards, expand: boolean) {
    this.#sides = sides;
    this.#roles = roles;
    this.#wildcards = wildcards;
    this.#expand = expand;
    const policies = [sides.before.policy, sides.after.policy];
    this.#isPersonal = policies.some(({ conditional }) => speakOfUser(conditional.values()));
    this.#speakOfNames = policies.some(
      ({ conditional, attribute }) =>
        attribute.size > 0 || [...conditional.values()].some(({ when }) => when?.includes("action.permission")),
    );
  }

  /** Somebody at a moment, before and after. */
  both({ user, userBefore, before, after }: PersonThen, at: string): readonly [HeldThen, HeldThen] {
    const sides = this.#sides;
    return [heldAt(sides.before, userBefore, before, at), heldAt(sides.after, user, after, at)];
  }

  /** What happens to somebody at a moment. */
  at(person: PersonThen, at: string): GainsAndLosses {
    const [before, after] = this.both(person, at);
    const key = `${keyOf(before)}\n${keyOf(after)}${this.#isPersonal ? `\n${person.user ?? ""}` : ""}`;
    const known = this.#known.get(key) ?? this.#compare(before, after);
    this.#known.set(key, known);
    return known;
  }

  #compare(before: HeldThen, after: HeldThen): GainsAndLosses {
    if (!before.isThere && !after.isThere) return NOTHING;
    const inPlay = new Map<string, AnyGrant[]>();
    for (const grant of [...grantsReached(before), ...grantsReached(after)]) {
      const pattern = withoutOwn(grant.permission);
      const known = inPlay.get(pattern);
      if (known) known.push(grant);
      else inPlay.set(pattern, [grant]);
    }
    const changed = this.#changedPatterns(before, after, inPlay);
    if (changed.size === 0) return NOTHING;
    const grants = [...inPlay.values()].flat();
    const players = new Set([
      ...inPlay.keys(),
      ...grants.flatMap((grant) => (isConditional(grant) ? grant.but : [])),
      ...this.#roles.catalogue.keys(),
    ]);
    const isEachApart = this.#speakOfNames && grants.some((grant) => conditionOf(grant) !== null);
    const [waysBefore, waysAfter] = [waysOf(before), waysOf(after)];
    const rows = new RowsByLabel(this.#expand ? Number.POSITIVE_INFINITY : this.#wildcards.listed);
    for (const alike of this.#wildcards.split(changed, players, isEachApart)) {
      const { gains, losses } = differencesOf(
        waysBefore(alike.sample),
        waysAfter(alike.sample),
        this.#redeclared(alike.sample),
      );
      for (const extent of gains) rows.add("gains", alike, extent);
      for (const extent of losses) rows.add("losses", alike, extent);
    }
    return rows.all();
  }

  /** The patterns of whose permissions the answers may differ. */
  #changedPatterns(before: HeldThen, after: HeldThen, inPlay: ReadonlyMap<string, readonly AnyGrant[]>): Set<string> {
    const changed = new Set<string>();
    for (const { role } of [...before.holdings, ...after.holdings])
      for (const { grant } of this.#roles.of(role)) changed.add(withoutOwn(grant.permission));
    const { lost, gained } = oneWayHoldings(before, after);
    for (const { role } of [...lost, ...gained])
      for (const { grantsOf, reach } of [before.side, after.side])
        for (const reached of reach(role).keys())
          for (const { permission } of grantsOf(reached)) changed.add(withoutOwn(permission));
    for (const name of this.#roles.catalogue.keys()) changed.add(name);
    if (before.user !== after.user)
      for (const [pattern, grants] of inPlay) if (speakOfUser(grants)) changed.add(pattern); // Of the name, maybe.
    if (this.#roles.declared.size > 0)
      for (const [pattern, grants] of inPlay)
        if (grants.some((grant) => conditionOf(grant) !== null))
          for (const name of this.#wildcards.namesOf([pattern])) if (this.#redeclared(name)) changed.add(name);
    return changed;
  }

  /** What is declared anew of the resource of a permission, as paths; `undefined` for nothing. */
  #redeclared(permission: string): readonly string[] | undefined {
    if (this.#roles.declared.size === 0) return undefined;
    const prefix = `${resourceOf(permission)}\0`;
    const paths = [...this.#roles.declared.keys()].filter((key) => key.startsWith(prefix));
    return paths.length === 0 ? undefined : paths.map((key) => `resource.${key.slice(prefix.length)}`);
  }
}

/** Equal for people who hold the same. */
const keyOf = ({ isThere, holdings }: HeldThen): string =>
  `${isThere} ${holdings.map(heldKey).sort(byBytes).join("\n")}`;

function* grantsReached({ side, holdings }: HeldThen): Iterable<AnyGrant> {
  const roles = new Set(holdings.flatMap(({ role }) => [...side.reach(role).keys()]));
  for (const role of roles) yield* side.grantsOf(role);
}

const NO_WAYS: OneSide = {
  paths: [],
  facts: () => ({
    ...{ given: NOTHING_GIVEN, user: undefined, permission: "", at: undefined, declared: new Map(), isList: true },
  }),
};

/** Returns a function from a permission to the open paths to it; none to one that is not in the catalogue. */
function waysOf({ side, user, holdings }: HeldThen): (permission: string) => OneSide {
  if (holdings.length === 0) return () => NO_WAYS;
  const index = side.index();
  const asker: Asker = askerOf(user, "", { given: NOTHING_GIVEN });
  const reaches = [...reachedFrom(index, holdings, asker)];
  // All attributes are unknown, the time too, and of strangers who they are.
  const unknown = { ...asker, timeless: true, alone: user === null };
  return (permission) => ({
    paths: index.policy.permission.has(permission)
      ? [...pathsThrough(reaches, grantsFor(index, permission, true))]
      : [],
    facts: () => factsFor(index, unknown, permission, true),
  });
}
