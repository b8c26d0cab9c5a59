/**
 * Who gains and who loses what by changes of a policy: the one place that counts people (rule 37). Only who is touched
 * is looked at, and people who hold the same are looked at once.
 */
import { speakOfUser } from "../evaluate/conditional-extents.ts";
import { grantsFor } from "../evaluate/decide.ts";
import { factsFor } from "../evaluate/judged-paths.ts";
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { type Asker, askerOf, type Holding, holdingsOf, isOpen, pathsThrough, reached } from "../evaluate/walk.ts";
import { byBytes } from "../model/byte-order.ts";
import { apply, type Change, formerNamesOf } from "../model/change.ts";
import type { Policy } from "../model/policy.ts";
import { affectedBy, type BothSides, peopleTouched, reachOf } from "./affected.ts";
import { type ChangedExtent, differencesOf, type OneSide } from "./difference.ts";

/** A permission of which the answer changes, and where. */
export type ImpactRow = { readonly permission: string } & ChangedExtent;

/** What somebody gains and loses. */
export interface GainsAndLosses {
  readonly gains: readonly ImpactRow[];
  readonly losses: readonly ImpactRow[];
}

/** People to whom the same happens. */
interface Outcome extends GainsAndLosses {
  /** Their names after the changes, in byte order; who is deleted has the name of before. */
  readonly users: readonly string[];
}

export interface Impact {
  /** How many gain anything, how many lose anything, and how many do both. */
  readonly people: { readonly gain: number; readonly lose: number; readonly both: number };
  /** Those with most people first. */
  readonly outcomes: readonly Outcome[];
  /** What strangers gain and lose, who hold what everyone holds. */
  readonly strangers: GainsAndLosses;
  /** Later moments at which windows open or close, and to how many people something else happens then. */
  readonly later: readonly { readonly at: string; readonly people: number }[];
}

/**
 * The impact of changes at a moment. A user or a permission that is not there may nothing.
 * @param before at least all structure, and of the people whom the changes touch all that they hold
 * @param at RFC 3339 UTC
 */
export function impactOf(before: Policy, changes: readonly Change[], at: string): Impact {
  const sides: BothSides = { before: indexPolicy(before), after: indexPolicy(apply(before, changes)) };
  const comparison = new Comparison(sides, changes);
  const byOutcome = new Map<string, { users: string[] } & GainsAndLosses>();
  const laterCounts = new Map<string, number>();
  const people = { gain: 0, lose: 0, both: 0 };
  for (const user of [...comparison.people].sort(byBytes)) {
    const now = comparison.of(user, at);
    const [gains, loses] = [now.gains.length > 0, now.losses.length > 0];
    people.gain += Number(gains);
    people.lose += Number(loses);
    people.both += Number(gains && loses);
    if (gains || loses) {
      const key = JSON.stringify(now);
      const outcome = byOutcome.get(key) ?? { users: [], ...now };
      outcome.users.push(user);
      byOutcome.set(key, outcome);
    }
    for (const moment of comparison.laterDifferences(user, at, now))
      laterCounts.set(moment, (laterCounts.get(moment) ?? 0) + 1);
  }
  return {
    people,
    outcomes: [...byOutcome.values()].sort((a, b) => b.users.length - a.users.length),
    strangers: comparison.of(null, at),
    later: [...laterCounts].sort(([a], [b]) => byBytes(a, b)).map(([moment, count]) => ({ at: moment, people: count })),
  };
}

const NOTHING: GainsAndLosses = { gains: [], losses: [] };

/** The two policies side by side, for one person after another. */
class Comparison {
  readonly people: ReadonlySet<string>;
  readonly #sides: BothSides;
  readonly #structural: ReadonlySet<string>;
  readonly #reach: (role: string) => ReadonlySet<string>;
  readonly #formerNames: ReadonlyMap<string, string>;
  /** True where conditions speak of the name of who asks: then nothing is shared by people. */
  readonly #isPersonal: boolean;
  /** What happens to whoever holds the same, by what they hold. */
  readonly #known = new Map<string, GainsAndLosses>();

  constructor(sides: BothSides, changes: readonly Change[]) {
    this.#sides = sides;
    this.#reach = reachOf(sides);
    this.#isPersonal = [sides.before, sides.after].some(({ policy }) => speakOfUser(policy.conditional.values()));
    this.#formerNames = formerNamesOf(changes, "user");
    const affected = affectedBy(sides, changes, this.#reach);
    this.#structural = affected.permissions;
    this.people = peopleTouched(sides, changes, affected, (name) => this.#nameBefore(name));
  }

  /** What happens to somebody at a moment; `null` is a stranger. */
  of(user: string | null, at: string): GainsAndLosses {
    const before = sideOf(this.#sides.before, user === null ? null : this.#nameBefore(user), at);
    const after = sideOf(this.#sides.after, user, at);
    const key = `${before.key}\n${after.key}${this.#isPersonal ? `\n${user ?? ""}` : ""}`;
    const known = this.#known.get(key) ?? this.#compare(before, after);
    this.#known.set(key, known);
    return known;
  }

  /** The moments behind another one at which something else happens to a user than just before. */
  laterDifferences(user: string, at: string, now: GainsAndLosses): string[] {
    const holdings = [
      ...holdingsOf(this.#sides.before, askerOf(this.#nameBefore(user), at, {})),
      ...holdingsOf(this.#sides.after, askerOf(user, at, {})),
    ];
    const bounds = holdings
      .flatMap(({ from, until }) => [from, until])
      .filter((moment) => moment !== null && moment > at);
    let last = JSON.stringify(now);
    return [...new Set(bounds as string[])].sort(byBytes).filter((moment) => {
      const then = JSON.stringify(this.of(user, moment));
      const differs = then !== last;
      last = then;
      return differs;
    });
  }

  #nameBefore(user: string): string {
    return this.#formerNames.get(user) ?? user;
  }

  #compare(before: Side, after: Side): GainsAndLosses {
    const permissions = new Set(before.isThere || after.isThere ? this.#structural : []);
    for (const role of before.isThere === after.isThere ? rolesOfOne(before, after) : [...before.roles, ...after.roles])
      for (const permission of this.#reach(role)) permissions.add(permission);
    if (permissions.size === 0) return NOTHING;
    const gains: ImpactRow[] = [];
    const losses: ImpactRow[] = [];
    const [pathsBefore, pathsAfter] = [pathsIn(this.#sides.before, before), pathsIn(this.#sides.after, after)];
    for (const permission of [...permissions].sort(byBytes)) {
      const sides = [pathsBefore(permission), pathsAfter(permission)] as const;
      const found = differencesOf(...sides);
      for (const extent of found.gains) gains.push({ permission, ...extent });
      for (const extent of found.losses) losses.push({ permission, ...extent });
    }
    return { gains, losses };
  }
}

/** Somebody in one of the two policies at a moment. */
interface Side {
  readonly asker: Asker;
  /** False for who may nothing: who is not there, or disabled. */
  readonly isThere: boolean;
  readonly holdings: readonly Holding[];
  readonly roles: ReadonlySet<string>;
  /** Equal for people who hold the same. */
  readonly key: string;
}

function sideOf(index: PolicyIndex, user: string | null, at: string): Side {
  const asker = askerOf(user, at, {});
  const row = user === null ? undefined : index.policy.user.get(user);
  const isThere = user === null || (row !== undefined && !row.disabled);
  const holdings = isThere ? holdingsOf(index, asker).filter((holding) => isOpen(holding, at)) : [];
  const held = holdings.map(({ role, scope }) => JSON.stringify([role, scope])).sort(byBytes);
  return { asker, isThere, holdings, roles: new Set(holdings.map(({ role }) => role)), key: `${isThere} ${held}` };
}

/** The roles that are held in one of two ways only: on another scope is another way. */
function rolesOfOne(before: Side, after: Side): Set<string> {
  const keys = ({ holdings }: Side) =>
    new Map(holdings.map((held) => [JSON.stringify([held.role, held.scope]), held.role]));
  const [old, now] = [keys(before), keys(after)];
  return new Set([
    ...[...old].flatMap(([key, role]) => (now.has(key) ? [] : [role])),
    ...[...now].flatMap(([key, role]) => (old.has(key) ? [] : [role])),
  ]);
}

/** Returns a function from a permission to the open paths to it; none to one that is not in the catalogue. */
function pathsIn(index: PolicyIndex, { asker, isThere }: Side): (permission: string) => OneSide {
  const reaches = isThere ? [...reached(index, asker)] : [];
  // All attributes are unknown, the time too, and of strangers who they are.
  const unknown = { ...asker, timeless: true, alone: asker.user === null };
  return (permission) => ({
    paths: index.policy.permission.has(permission)
      ? [...pathsThrough(reaches, grantsFor(index, permission, true))]
      : [],
    facts: () => factsFor(index, unknown, permission, true),
  });
}
