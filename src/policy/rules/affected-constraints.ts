/** Which constraints changes can break, and which rows must be seen to tell. */

import { by } from "../model/byte-order.ts";
import { apply, type Change, kindOf, replay } from "../model/change.ts";
import type { NeededRows } from "../model/mutation.ts";
import { type Constraint, draftOf, type Kind, type Policy } from "../model/policy.ts";
import { closure, heirsIn, parentsIn } from "../model/role-graph.ts";
import { isPersonal, rolesNamed } from "./constraint-violations.ts";

/** Changes to what people hold, one by one; every other kind can concern whoever holds a role. */
const OF_PEOPLE: readonly Kind[] = ["user", "assignment"];
const STRUCTURE: readonly Kind[] = ["inheritance", "everyone", "constraint"];

/** The structure that tells which constraints are touched: of changes to people alone, only what their roles reach. */
export function structureForConstraints(changes: readonly Change[]): NeededRows {
  if (changes.some((change) => STRUCTURE.includes(kindOf(change)))) {
    const set = changes.filter((change) => change.kind === "user.update"); // What they hold no other change may tell.
    return { users: changedUsers(set), roles: "all", grants: "none" };
  }
  return { users: changedUsers(changes), roles: rolesIn(changes), grants: "none", constraints: true };
}

/** The constraints that changes can break. */
export interface AffectedConstraints {
  readonly constraints: readonly Constraint[];
  /** Those of them that only a count of all holders can tell about. */
  readonly counted: readonly Constraint[];
  /** True where nothing but people changes. */
  readonly ofPeople: boolean;
}

/** @param before the structure, as `structureFor` asks for it. */
export function affectedConstraints(before: Policy, changes: readonly Change[]): AffectedConstraints {
  const turned = affectedRoles(withAdditions(before, changes), changes);
  const named = new Set(changes.flatMap((change) => ("constraint" in change ? [change.constraint] : [])));
  const ofPeople = changes.every((change) => !STRUCTURE.includes(kindOf(change)));
  const constraints = [...apply(before, changes).constraint.values()]
    .sort(by((row) => row.constraint))
    .filter(
      (row) =>
        (named.has(row.constraint) || rolesNamed(row).some((role) => turned.has(role))) &&
        (ofPeople ? canBreak(row, changes) : row.type !== "dsd"),
    );
  return { constraints, counted: ofPeople ? constraints.filter((row) => !isPersonal(row)) : constraints, ofPeople };
}

/** Whom changes to people alone give something cannot become too few, nor too many whom they take something. */
function canBreak({ type }: Constraint, changes: readonly Change[]): boolean {
  if (type === "min_users") return changes.some((change) => change.before !== null);
  if (type === "max_users") return changes.some((change) => change.after !== null && change.kind !== "user.update");
  return type !== "dsd";
}

/** The slice that shows who would break constraints of which some are counted. @param structure the whole hierarchy */
export function peopleForConstraints(
  structure: Policy,
  changes: readonly Change[],
  { counted }: AffectedConstraints,
): NeededRows {
  const users = changedUsers(changes);
  const both = withAdditions(structure, changes);
  const former = counted.flatMap(({ constraint }) => structure.constraint.get(constraint) ?? []);
  const holders = closure([...counted, ...former].flatMap(rolesNamed), heirsIn(both));
  const everybody = [...both.everyone.keys()].some((role) => holders.has(role));
  const held = everybody ? { users: "all" as const } : { users, holders: [...holders] };
  return { ...held, roles: "all", grants: "none" };
}

/** A policy with everything that changes add and nothing that they take: a hierarchy with the edges of before and after. */
function withAdditions(before: Policy, changes: readonly Change[]): Policy {
  const both = draftOf(before);
  replay(
    both,
    changes.filter((change) => change.after !== null),
    0,
  );
  return both;
}

/** The roles that somebody may hold more or less of than before. */
function affectedRoles(policy: Policy, changes: readonly Change[]): ReadonlySet<string> {
  const starts = new Set<string>();
  for (const change of changes) {
    if (kindOf(change) === "inheritance" && "inherits" in change) starts.add(change.inherits);
    else if (["assignment", "everyone"].includes(kindOf(change)) && "role" in change) starts.add(change.role);
    else if (kindOf(change) === "user") for (const role of policy.everyone.keys()) starts.add(role);
  }
  const turned = new Set(
    changes.flatMap((change) => (kindOf(change) === "user" && "user" in change ? [change.user] : [])),
  );
  for (const { user, role } of policy.assignment.values()) if (turned.has(user)) starts.add(role);
  return closure(starts, parentsIn(policy));
}

/** The users whom changes speak of. */
export const changedUsers = (changes: readonly Change[]): string[] => [
  ...new Set(
    changes.flatMap((change) => (OF_PEOPLE.includes(kindOf(change)) && "user" in change ? [change.user] : [])),
  ),
];

const rolesIn = (changes: readonly Change[]): string[] => [
  ...new Set(changes.flatMap((change) => (kindOf(change) === "assignment" && "role" in change ? [change.role] : []))),
];
