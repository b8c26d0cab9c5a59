/** Why somebody gains or loses: the change, and the way from a role that they hold to the grant. */

import type { Holding } from "../evaluate/walk.ts";
import { byBytes } from "../model/byte-order.ts";
import { type Change, type ChangeOf, kindOf } from "../model/change.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { patternContains } from "../model/patterns.ts";
import { type AnyGrant, leavesOut } from "../model/policy.ts";
import { deeper } from "../model/scopes.ts";
import { type HeldThen, oneWayHoldings } from "./compare-people.ts";
import { heldKey, type PersonThen } from "./people.ts";
import type { RoleChanges } from "./role-changes.ts";
import { wayTo } from "./sides.ts";
import type { Cause, GainsAndLosses, ImpactRow } from "./values.ts";

/** A cause, with the grant that makes the difference. What allows is told before what denies. */
interface Possible {
  readonly cause: Cause;
  readonly grant: AnyGrant;
  readonly holding: Holding;
  /** True where the grant counts only afterwards. */
  readonly isNew: boolean;
}

export class Causes {
  readonly #changes: readonly Change[];
  readonly #roles: RoleChanges;

  constructor(changes: readonly Change[], roles: RoleChanges) {
    this.#changes = changes;
    this.#roles = roles;
  }

  /** The same rows, each with its cause: of several the shortest way, the first in byte order. */
  explained(rows: GainsAndLosses, person: PersonThen, held: readonly [HeldThen, HeldThen]): GainsAndLosses {
    if (rows.gains.length + rows.losses.length === 0) return rows;
    const all = [...this.possible(person, held)];
    const one = (row: ImpactRow, isGain: boolean): ImpactRow => ({
      ...row,
      because: this.#of(row, isGain, all, person, held),
    });
    return { gains: rows.gains.map((row) => one(row, true)), losses: rows.losses.map((row) => one(row, false)) };
  }

  #of(
    row: ImpactRow,
    isGain: boolean,
    all: readonly Possible[],
    person: PersonThen,
    held: readonly [HeldThen, HeldThen],
  ): Cause {
    const fitting = all.filter(
      ({ grant, isNew, holding }) => (grant.effect === "allow") === (isNew === isGain) && isAbout(row, grant, holding),
    );
    const comesOrGoes = this.#roles.catalogue.get(row.permission);
    const [best] = fitting.sort(
      (a, b) =>
        byBytes(a.grant.effect, b.grant.effect) ||
        forOwners(row, a.grant) - forOwners(row, b.grant) ||
        a.cause.roles.length - b.cause.roles.length ||
        byBytes(JSON.stringify(a.cause), JSON.stringify(b.cause)),
    );
    if (best && comesOrGoes === undefined) return best.cause;
    const [before, after] = held;
    const side = isGain ? after : before;
    const [way] = side.holdings
      .flatMap((holding) => [...this.#waysOf(side, holding)])
      .filter(({ grant, holding }) => grant.effect === "allow" && isAbout(row, grant, holding))
      .sort(
        (one, two) =>
          forOwners(row, one.grant) - forOwners(row, two.grant) ||
          one.roles.length - two.roles.length ||
          byBytes(one.roles.join("\n"), two.roles.join("\n")),
      );
    const change = comesOrGoes ?? best?.cause.change ?? [...this.#roles.declared.values(), ...person.changes][0] ?? 0;
    return { change, roles: way?.roles ?? [], grant: null };
  }

  /** The grants that somebody has, or that count for them, on one side only. */
  *possible(person: PersonThen, held: readonly [HeldThen, HeldThen]): Iterable<Possible> {
    const [before, after] = held;
    const { lost, gained } = oneWayHoldings(before, after);
    for (const [side, oneWay, isNew] of [
      [after, gained, true],
      [before, lost, false],
    ] as const) {
      for (const holding of side.holdings)
        for (const { grant, cause, isNew: isNewGrant } of this.#roles.of(holding.role))
          if (isNewGrant === isNew) yield { cause, grant, holding, isNew };
      for (const holding of oneWay) {
        const change = this.#changeOf(person, holding);
        for (const { roles, grant } of this.#waysOf(side, holding))
          yield { cause: { change, roles, grant: null }, grant, holding, isNew };
      }
    }
  }

  *#waysOf({ side }: HeldThen, holding: Holding) {
    const reach = side.reach(holding.role);
    for (const role of reach.keys())
      for (const grant of side.grantsOf(role)) yield { roles: wayTo(role, reach), grant, holding };
  }

  /** The change by which somebody holds a role in one of the two policies only. */
  #changeOf({ changes }: PersonThen, holding: Holding): number {
    const ofKind = (kind: string) => changes.filter((at) => kindOf(this.#changes[at] as Change) === kind);
    const key = heldKey(holding);
    const assigned = ofKind("assignment").filter((at) => heldKey(this.#changes[at] as ChangeOf<"assignment">) === key);
    const everyone = holding.held === "everyone" ? this.#roles.everyone.get(holding.role) : undefined;
    const own = holding.held === "everyone" ? undefined : assigned.at(-1);
    return own ?? everyone ?? ofKind("user").at(-1) ?? changes[0] ?? 0;
  }
}

/** 1 for a grant to owners alone, where the row is about everybody: it makes only a part of it. */
const forOwners = ({ own }: ImpactRow, { permission }: AnyGrant): number => Number(own === "any" && isOwn(permission));

/** True where a grant bears on what a row is about. */
function isAbout({ permission, scope, own }: ImpactRow, grant: AnyGrant, holding: Holding): boolean {
  const pattern = withoutOwn(grant.permission);
  if (pattern !== permission && !(pattern.includes("*") && patternContains(pattern, permission))) return false;
  if (leavesOut(grant, permission) || (own === "not" && isOwn(grant.permission))) return false;
  const where = deeper(holding.scope, grant.scope);
  return where !== undefined && deeper(where, scope) !== undefined;
}
