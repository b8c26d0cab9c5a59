/** Which constraints changes can break, and which rows are needed to check these constraints. */

import { by } from "../model/byte-order.ts";
import { apply, type Change, kindOf, replay } from "../model/change.ts";
import type { NeededRows } from "../model/mutation.ts";
import { type Constraint, draftOf, type Policy } from "../model/policy.ts";
import { closure, heirsIn, parentsIn } from "../model/role-graph.ts";
import type { Kind } from "../model/rows.ts";
import { isPersonal, rolesNamed } from "./constraint-violations.ts";

/** Whose roles a change can affect: one user's, anybody's, or nobody's. */
const AFFECTS: { readonly [K in Kind]: "one user" | "anybody" | "nobody" } = {
  permission: "nobody",
  role: "nobody",
  user: "one user",
  inheritance: "anybody",
  grant: "nobody",
  everyone: "anybody",
  assignment: "one user",
  constraint: "anybody",
  policy: "nobody",
  conditional: "nobody",
  attribute: "nobody",
  former: "nobody",
  identity: "nobody",
  approval: "nobody",
  "api-key": "nobody",
};

const affectsAnybody = (change: Change): boolean => AFFECTS[kindOf(change)] === "anybody";

/**
 * The rows that are needed to find the affected constraints. For changes to users and assignments alone, only the
 * part of the structure that their roles reach.
 */
export function structureForConstraints(changes: readonly Change[]): NeededRows {
  if (changes.some(affectsAnybody)) {
    // No other change need name the roles of these users.
    const userUpdates = changes.filter((change) => change.kind === "user.update");
    return { users: changedUsers(userUpdates), roles: "all", grants: "none" };
  }
  return { users: changedUsers(changes), roles: rolesIn(changes), grants: "none", constraints: true };
}

/** The constraints that changes can break. */
export interface AffectedConstraints {
  readonly constraints: readonly Constraint[];
  /** Those of them that can be checked only by a count of all holders. */
  readonly counted: readonly Constraint[];
  /** True when only users and assignments change. */
  readonly onlyPeopleChange: boolean;
}

/** Finds the constraints that changes can break. @param before the rows of `structureForConstraints` */
export function affectedConstraints(before: Policy, changes: readonly Change[]): AffectedConstraints {
  const roles = affectedRoles(withAdditions(before, changes), changes);
  const changedConstraints = new Set(changes.flatMap((change) => ("constraint" in change ? [change.constraint] : [])));
  const onlyPeopleChange = !changes.some(affectsAnybody);
  const constraints = [...apply(before, changes).constraint.values()]
    .sort(by((row) => row.constraint))
    .filter(
      (row) =>
        (changedConstraints.has(row.constraint) || rolesNamed(row).some((role) => roles.has(role))) &&
        (onlyPeopleChange ? canBreak(row, changes) : row.type !== "dsd"),
    );
  return {
    constraints,
    counted: onlyPeopleChange ? constraints.filter((row) => !isPersonal(row)) : constraints,
    onlyPeopleChange,
  };
}

/**
 * For changes to users and assignments alone: additions cannot break `min_users`, and removals cannot break
 * `max_users`. No change of holdings breaks a `dsd`.
 */
function canBreak({ type }: Constraint, changes: readonly Change[]): boolean {
  if (type === "min_users") return changes.some((change) => change.before !== null);
  if (type === "max_users") return changes.some((change) => change.after !== null && change.kind !== "user.update");
  return type !== "dsd";
}

/**
 * The rows that are needed to find the violations of affected constraints.
 * @param structure must contain all inheritance, `everyone` and all constraints
 */
export function peopleForConstraints(
  structure: Policy,
  changes: readonly Change[],
  { counted }: AffectedConstraints,
): NeededRows {
  const users = changedUsers(changes);
  const combined = withAdditions(structure, changes);
  const formerConstraints = counted.flatMap(({ constraint }) => structure.constraint.get(constraint) ?? []);
  const holders = closure([...counted, ...formerConstraints].flatMap(rolesNamed), heirsIn(combined));
  const everyoneHolds = [...combined.everyone.keys()].some((role) => holders.has(role));
  const people = everyoneHolds ? { users: "all" as const } : { users, holders: [...holders] };
  return { ...people, roles: "all", grants: "none" };
}

/** The policy with all additions and no removals of some changes: its inheritance has the edges of before and after. */
function withAdditions(before: Policy, changes: readonly Change[]): Policy {
  const combined = draftOf(before);
  replay(
    combined,
    changes.filter((change) => change.after !== null),
    0,
  );
  return combined;
}

/** The roles that somebody may gain or lose, or hold on other scopes or at other times. */
function affectedRoles(policy: Policy, changes: readonly Change[]): ReadonlySet<string> {
  const starts = new Set<string>();
  for (const change of changes) {
    if (kindOf(change) === "inheritance" && "inherits" in change) starts.add(change.inherits);
    else if (["assignment", "everyone"].includes(kindOf(change)) && "role" in change) starts.add(change.role);
    else if (kindOf(change) === "user") for (const role of policy.everyone.keys()) starts.add(role);
  }
  const users = new Set(
    changes.flatMap((change) => (kindOf(change) === "user" && "user" in change ? [change.user] : [])),
  );
  for (const { user, role } of policy.assignment.values()) if (users.has(user)) starts.add(role);
  return closure(starts, parentsIn(policy));
}

/** The users of changes to users and assignments. */
export const changedUsers = (changes: readonly Change[]): string[] => [
  ...new Set(
    changes.flatMap((change) => (AFFECTS[kindOf(change)] === "one user" && "user" in change ? [change.user] : [])),
  ),
];

const rolesIn = (changes: readonly Change[]): string[] => [
  ...new Set(changes.flatMap((change) => (kindOf(change) === "assignment" && "role" in change ? [change.role] : []))),
];
