/** The two policies of an impact side by side, with what roles inherit in each; asked of a role once. */
import { allGrants, coverageOf, indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { by } from "../model/byte-order.ts";
import { type Change, keyFields, kindOf, replay, rowAfter } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import type { AnyGrant, Draft, GrantsByRole, Policy } from "../model/policy.ts";
import type { Kind } from "../model/rows.ts";

/** A role with all that it inherits, nearest first: each with the heir by which it was reached, `null` for itself. */
export type RoleReach = ReadonlyMap<string, string | null>;

/** One of the two policies. People are no part of it. */
export interface PolicySide {
  /** Its plain grants are those of before the changes: ask `grantsOf`. */
  readonly policy: Policy;
  reach(role: string): RoleReach;
  /** The grants of a role itself. */
  grantsOf(role: string): readonly AnyGrant[];
  /** The names that these allow, anywhere and whoever owns what, where that is known to be all of them. */
  namesOf(role: string): readonly string[] | undefined;
  /** For the walk, which most changes do without: it is made when it is first asked for. */
  index(): PolicyIndex;
}

export interface Sides {
  readonly before: PolicySide;
  readonly after: PolicySide;
  /** The permissions of either catalogue that a pattern covers. */
  covered(pattern: string): readonly string[];
}

/** @param before at least what the changes may touch; people are not looked at */
export function sidesOf(before: Policy, changes: readonly Change[]): Sides {
  const ofStructure = changes.filter(({ kind }) => !/^(user|assignment|identity|approval|api-key|former)\./.test(kind));
  const touched = new Set(ofStructure.map(kindOf));
  const structure: Policy = { ...before, user: NOBODY, assignment: NOBODY };
  const after = applyTo(structure, ofStructure, (kind) => kind !== "grant");
  const grants = grantsIn(before);
  const changed = grantsAfter(grants.of, ofStructure);
  const reach = reachIn(structure);
  return {
    before: {
      policy: structure,
      reach,
      grantsOf: grants.of,
      namesOf: grants.namesOf,
      index: once(() => indexPolicy(structure)),
    },
    after: {
      policy: after,
      reach: touched.has("inheritance") ? reachIn(after) : reach,
      grantsOf: (role) => changed.get(role) ?? grants.of(role),
      namesOf: (role) => (changed.has(role) ? undefined : grants.namesOf(role)),
      index: once(() => indexPolicy(applyTo(structure, ofStructure, () => true))),
    },
    covered: coverageOf(
      touched.has("permission")
        ? { ...after, permission: new Map([...after.permission, ...before.permission]) }
        : structure,
    ),
  };
}

/** The policy after the changes of some kinds; only their maps are copied. */
function applyTo(policy: Policy, changes: readonly Change[], isWanted: (kind: Kind) => boolean): Policy {
  const wanted = changes.filter((change) => isWanted(kindOf(change)));
  const draft = { ...policy } as Record<Kind, ReadonlyMap<string, unknown>>;
  for (const kind of new Set(wanted.map(kindOf))) draft[kind] = new Map(draft[kind]);
  replay(draft as Draft, wanted, 0);
  return draft as unknown as Policy;
}

interface GrantsOfRoles {
  of(role: string): readonly AnyGrant[];
  namesOf(role: string): readonly string[] | undefined;
}

const NO_GRANTS: readonly AnyGrant[] = [];

function grantsIn(policy: Policy): GrantsOfRoles {
  const { grant, conditional } = policy;
  if (!isByRole(grant)) {
    const grants = grouped(allGrants(policy), ({ role }) => role);
    return { of: (role) => grants.get(role) ?? NO_GRANTS, namesOf: () => undefined };
  }
  const more = grouped<string, AnyGrant>(conditional.values(), ({ role }) => role);
  return {
    of: (role) => (more.has(role) ? [...grant.ofRole(role), ...(more.get(role) as AnyGrant[])] : grant.ofRole(role)),
    namesOf: (role) => (more.has(role) ? undefined : grant.namesOf(role)),
  };
}

const isByRole = (grants: Policy["grant"]): grants is GrantsByRole => "ofRole" in grants;

/** The grants of the roles whose grants change, after the changes. */
function grantsAfter(
  before: (role: string) => readonly AnyGrant[],
  changes: readonly Change[],
): ReadonlyMap<string, readonly AnyGrant[]> {
  const after = new Map<string, Map<string, AnyGrant>>();
  for (const change of changes) {
    const kind = kindOf(change);
    if (kind !== "grant" && kind !== "conditional") continue;
    const row = (rowAfter(change, 0) ?? keyFields(change)) as unknown as AnyGrant;
    const ofRole = after.get(row.role) ?? new Map(before(row.role).map((grant) => [keyInRole(grant), grant]));
    after.set(row.role, ofRole);
    if (change.after) ofRole.set(keyInRole(row), row);
    else ofRole.delete(keyInRole(row));
  }
  return new Map([...after].map(([role, grants]) => [role, [...grants.values()]]));
}

/** Equal for equal grants of one role. */
export const keyInRole = (grant: AnyGrant): string =>
  `${grant.effect}\0${grant.permission}\0${grant.scope ?? ""}\0${"digest" in grant ? grant.digest : ""}`;

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const NOBODY: ReadonlyMap<string, never> = new Map<string, never>();

/** The first way to a role is the shortest, and of several the first in byte order. */
function reachIn({ inheritance }: Policy): (role: string) => RoleReach {
  const inherits = grouped(inheritance.values(), ({ role }) => role);
  for (const edges of inherits.values()) edges.sort(by((edge) => edge.inherits));
  const known = new Map<string, RoleReach>();
  return (role) => {
    const found = known.get(role);
    if (found) return found;
    const reached = new Map<string, string | null>([[role, null]]);
    for (const heir of reached.keys())
      for (const { inherits: parent } of inherits.get(heir) ?? []) if (!reached.has(parent)) reached.set(parent, heir);
    known.set(role, reached);
    return reached;
  };
}

/** The way from the first role to one that it reaches, both ends included. */
export function wayTo(role: string, reach: RoleReach): string[] {
  const way: string[] = [];
  for (let at: string | null | undefined = role; typeof at === "string"; at = reach.get(at)) way.push(at);
  return way.reverse();
}
