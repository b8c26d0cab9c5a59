/** What changes of structure do to each role: the grants that it has in one of the two policies only, and why. */
import { allGrants } from "../evaluate/policy-index.ts";
import { byBytes } from "../model/byte-order.ts";
import { type Change, type ChangeOf, keyFields, kindOf, rowAfter } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { patternsCovering } from "../model/names.ts";
import { type AnyGrant, conditionOf } from "../model/policy.ts";
import { closure, heirsIn } from "../model/role-graph.ts";
import { keyInRole, type PolicySide, type Sides, wayTo } from "./sides.ts";
import type { Cause } from "./values.ts";

/** A grant that a role has, itself or by inheritance, in one of the two policies only. */
export interface ChangedGrant {
  readonly grant: AnyGrant;
  /** True where it has it afterwards. */
  readonly isNew: boolean;
  readonly cause: Cause;
  /** Which of several causes with a way as long comes first. */
  readonly order: string;
}

interface GrantChange {
  readonly grant: AnyGrant;
  readonly isNew: boolean;
  readonly change: number;
}

export class RoleChanges {
  /** The roles whose holders may gain or lose by structure. */
  readonly affected: ReadonlySet<string>;
  /** True where everybody holds one of them, or the roles of everyone change. */
  readonly everybody: boolean;
  /** The permissions that come or go, each with the place of the change. */
  readonly catalogue: ReadonlyMap<string, number>;
  /** The places of changes of what everyone holds, by role. */
  readonly everyone: ReadonlyMap<string, number>;
  /** The attributes whose declaration changes, as `RESOURCE\0ATTRIBUTE`, each with the place of the change. */
  readonly declared: ReadonlyMap<string, number>;
  readonly #sides: Sides;
  readonly #ofGrants: ReadonlyMap<string, readonly GrantChange[]>;
  readonly #edges: ReadonlyMap<string, number>;
  readonly #known = new Map<string, readonly ChangedGrant[]>();

  constructor(sides: Sides, changes: readonly Change[]) {
    this.#sides = sides;
    const numbered = changes.map((change, at) => [change, at] as const);
    this.#ofGrants = grouped(numbered.flatMap(grantChangeOf), ({ grant }) => grant.role);
    const placesOf = (kind: string, key: (change: Change) => string) =>
      new Map(numbered.flatMap(([change, at]) => (kindOf(change) === kind ? [[key(change), at] as const] : [])));
    this.#edges = placesOf("inheritance", (change) => edgeKey(change as ChangeOf<"inheritance">));
    this.catalogue = placesOf("permission", (change) => (change as ChangeOf<"permission">).permission);
    for (const name of this.catalogue.keys())
      if (hasPermission(sides.before, name) && hasPermission(sides.after, name))
        (this.catalogue as Map<string, number>).delete(name); // Only its description changes.
    this.everyone = placesOf("everyone", (change) => (change as ChangeOf<"everyone">).role);
    this.declared = placesOf("attribute", (change) => {
      const { resource, attribute } = change as ChangeOf<"attribute">;
      return `${resource}\0${attribute}`;
    });
    const starts = [
      ...this.#ofGrants.keys(),
      ...changes.flatMap((change) => (kindOf(change) === "inheritance" && "role" in change ? [change.role] : [])),
      ...this.#rolesGranting(),
    ];
    const heirs = [sides.before, sides.after].map(({ policy }) => heirsIn(policy));
    this.affected = new Set(heirs.flatMap((next) => [...closure(starts, next)]));
    const held = [sides.before, sides.after].flatMap(({ policy }) => [...policy.everyone.keys()]);
    this.everybody = this.everyone.size > 0 || held.some((role) => this.affected.has(role));
  }

  /** The grants that a role has on one side only, the shortest way first. */
  of(role: string): readonly ChangedGrant[] {
    if (!this.affected.has(role)) return NONE;
    const known = this.#known.get(role) ?? this.#differenceOf(role);
    this.#known.set(role, known);
    return known;
  }

  #differenceOf(role: string): ChangedGrant[] {
    const { before, after } = this.#sides;
    const found = [...this.#oneWay(role, after, before, true), ...this.#oneWay(role, before, after, false)];
    return found.sort((a, b) => a.cause.roles.length - b.cause.roles.length || byBytes(a.order, b.order));
  }

  *#oneWay(role: string, here: PolicySide, there: PolicySide, isNew: boolean): Iterable<ChangedGrant> {
    const [reach, other] = [here.reach(role), there.reach(role)];
    for (const granting of reach.keys()) {
      const changed = this.#ofGrants.get(granting)?.filter((one) => one.isNew === isNew) ?? [];
      const ownChange = new Map(changed.map(({ grant, change }) => [keyInRole(grant), change]));
      const isReached = other.has(granting);
      if (isReached && ownChange.size === 0) continue;
      const roles = wayTo(granting, reach);
      for (const grant of isReached ? changed.map((one) => one.grant) : here.grantsOf(granting)) {
        const change = ownChange.get(keyInRole(grant));
        const cause =
          change === undefined
            ? { change: this.#edgeOn(roles), roles, grant: null }
            : { change, roles, grant: grant.permission };
        yield { grant, isNew, cause, order: JSON.stringify(cause) };
      }
    }
  }

  /** The first changed edge of a way; there is one where the other policy has no such way. */
  #edgeOn(roles: readonly string[]): number {
    for (let at = 1; at < roles.length; at++) {
      const change = this.#edges.get(`${roles[at - 1]}\0${roles[at]}`);
      if (change !== undefined) return change;
    }
    return 0;
  }

  /** The roles whose grants cover a permission that comes or goes, or have conditions on what is declared anew. */
  #rolesGranting(): string[] {
    const both = [this.#sides.before, this.#sides.after];
    if (this.catalogue.size === 0 && this.declared.size === 0) return [];
    const grants = grouped(
      both.flatMap(({ policy }) => [...allGrants(policy)]),
      (row) => row.permission,
    );
    const covering = [...this.catalogue.keys()].flatMap((name) =>
      patternsCovering(name, true).flatMap((pattern) => grants.get(pattern) ?? []),
    );
    const conditional = this.declared.size === 0 ? [] : both.flatMap(({ policy }) => [...policy.conditional.values()]);
    return [...covering, ...conditional.filter((grant) => conditionOf(grant) !== null)].map(({ role }) => role);
  }
}

const NONE: readonly ChangedGrant[] = [];

const hasPermission = ({ policy }: PolicySide, name: string): boolean => policy.permission.has(name);

const edgeKey = ({ role, inherits }: { readonly role: string; readonly inherits: string }) => `${role}\0${inherits}`;

function grantChangeOf([change, at]: readonly [Change, number]): GrantChange[] {
  const kind = kindOf(change);
  if (kind !== "grant" && kind !== "conditional") return [];
  const row = change.after ? rowAfter(change, 0) : { ...keyFields(change), ...change.before };
  return [{ grant: row as unknown as AnyGrant, isNew: change.after !== null, change: at }];
}
