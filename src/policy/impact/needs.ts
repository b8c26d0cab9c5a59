/** What must be read of a policy for the impact of changes on it: no more of its structure than they may touch. */
import { type Change, type ChangeOf, kindOf } from "../model/change.ts";
import type { NeededRows } from "../model/mutation.ts";
import { patternsCovering, withoutOwn } from "../model/names.ts";
import { literalBeginning, patternContains } from "../model/patterns.ts";
import type { Policy } from "../model/policy.ts";
import { closure } from "../model/role-graph.ts";

/** With more permissions than these, all grants are read: that is faster than to look up each pattern. */
const MOST_LOOKED_UP = 4000;

/** All inheritance and what everyone holds. */
export const HIERARCHY: NeededRows = { roles: "all", grants: "none", permissions: [] };

/** All structure. */
export const WHOLE_STRUCTURE: NeededRows = { roles: "all", permissions: "all" };

/** True where what is declared of attributes changes: then any conditional grant may say something else. */
export const isRedeclared = (changes: readonly Change[]): boolean =>
  changes.some((change) => kindOf(change) === "attribute");

/** True where only grants change: then hierarchy and holdings say nothing about which permissions are touched. */
export const areGrantsOnly = (changes: readonly Change[]): boolean =>
  changes.every((change) => !["inheritance", "everyone", "assignment", "user"].includes(kindOf(change)));

/**
 * The roles that somebody comes to hold, or to hold no more, by the changes, with all that these inherit.
 * @param people at least those of whom changes speak
 */
export function rolesInMotion(hierarchy: Policy, people: Policy, changes: readonly Change[]): string[] {
  const ofKind = <K extends "inheritance" | "everyone" | "assignment">(kind: K) =>
    changes.filter((change): change is ChangeOf<K> & Change => kindOf(change) === kind);
  const edges = ofKind("inheritance");
  const starts = [
    ...edges.map(({ inherits }) => inherits),
    ...[...ofKind("everyone"), ...ofKind("assignment")].map(({ role }) => role),
  ];
  const areHeld = changes.some((change) => kindOf(change) === "user");
  const held = areHeld
    ? [...hierarchy.everyone.keys(), ...[...people.assignment.values()].map(({ role }) => role)]
    : [];
  const parents = new Map<string, string[]>();
  for (const { role, inherits } of [...hierarchy.inheritance.values(), ...edges]) {
    const known = parents.get(role);
    if (known) known.push(inherits);
    else parents.set(role, [inherits]);
  }
  return [...closure([...starts, ...held], (role) => parents.get(role) ?? [])];
}

/** The patterns of whose permissions an answer may change. @param inMotion at least the grants of `rolesInMotion` */
export function patternsTouched(changes: readonly Change[], inMotion?: Policy): Set<string> {
  const touched = new Set<string>();
  for (const change of changes)
    if ("permission" in change && kindOf(change) !== "approval") touched.add(withoutOwn(change.permission));
  for (const { permission } of [...(inMotion?.grant.values() ?? []), ...(inMotion?.conditional.values() ?? [])])
    touched.add(withoutOwn(permission));
  return touched;
}

/** The exact names among patterns, and the permissions that the wildcards cover, by the beginnings of their names. */
export async function permissionsTouched(
  patterns: ReadonlySet<string>,
  namesBeginning: (text: string) => Promise<readonly string[]>,
): Promise<{ readonly exact: readonly string[]; readonly covered: readonly string[] }> {
  const covered = new Set<string>();
  for (const pattern of patterns)
    if (pattern.includes("*"))
      for (const name of await namesBeginning(literalBeginning(pattern)))
        if (pattern === "*" || patternContains(pattern, name)) covered.add(name);
  return { exact: [...patterns].filter((pattern) => !pattern.includes("*")), covered: [...covered] };
}

/** The grants that say who may what of some permissions, with the rows of some of these. */
export function rowsForImpact(permissions: readonly string[], named: readonly string[]): NeededRows {
  return {
    roles: "all",
    permissions: named,
    grants: { patterns: [...new Set(permissions.flatMap((name) => patternsCovering(name, true)))] },
  };
}

/** True where all grants say who may what of some permissions, or it is not worth to look for those that do. */
export const areAllGrantsNeeded = (permissions: readonly string[], patterns: ReadonlySet<string>): boolean =>
  permissions.length > MOST_LOOKED_UP || patterns.has("*");

/** The same of permissions that all grants may be about, without the plain grants. */
export const rowsBesideGrants = (named: readonly string[]): NeededRows => ({
  ...{ roles: "all", grants: "none", conditionals: true },
  permissions: named.length > MOST_LOOKED_UP ? "all" : named,
});

/** What is declared of attributes, and nothing else. */
export const DECLARATIONS: NeededRows = { roles: "none", grants: "none", permissions: "granted" };

/** A policy with more permissions, of which only the names are known. */
export function withPermissionNames(policy: Policy, names: readonly string[]): Policy {
  const permission = new Map(policy.permission);
  for (const name of names)
    if (!permission.has(name)) permission.set(name, { permission: name, description: null, revision: 0 });
  return { ...policy, permission };
}
