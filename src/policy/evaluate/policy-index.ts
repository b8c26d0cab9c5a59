/** The policy index: rows grouped for the walk, assignments by user, inheritance and grants by role. */

import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { partsOf, withoutOwn } from "../model/names.ts";
import type { Assignment, Grant, Inheritance, Policy } from "../model/policy.ts";

export interface PolicyIndex {
  readonly policy: Policy;
  /** By user; sorted by role, then scope. */
  readonly assignments: ReadonlyMap<string, readonly Assignment[]>;
  /** By role; sorted by inherited role, in byte order. */
  readonly inherits: ReadonlyMap<string, readonly Inheritance[]>;
  /** By role, then by pattern; sorted by scope, allow before deny. */
  readonly grants: ReadonlyMap<string, ReadonlyMap<string, readonly Grant[]>>;
  /** The permissions of the catalogue that a pattern covers. */
  covered(pattern: string): readonly string[];
}

export function indexPolicy(policy: Policy): PolicyIndex {
  const byRole = grouped(policy.grant.values(), (grant) => grant.role);
  const grants = new Map(
    [...byRole].map(([role, rows]) => [
      role,
      sorted(
        grouped(rows, (row) => row.permission),
        byScopeAndEffect,
      ),
    ]),
  );
  return {
    policy,
    grants,
    assignments: sorted(
      grouped(policy.assignment.values(), (row) => row.user),
      byRoleAndScope,
    ),
    inherits: sorted(
      grouped(policy.inheritance.values(), (row) => row.role),
      by((row) => row.inherits),
    ),
    covered: coverageOf(policy),
  };
}

/** An index with the same structure, but with other users and assignments. */
export function withPeople(index: PolicyIndex, { user, assignment }: Pick<Policy, "user" | "assignment">): PolicyIndex {
  const byUser = grouped(assignment.values(), (row) => row.user);
  return { ...index, policy: { ...index.policy, user, assignment }, assignments: sorted(byUser, byRoleAndScope) };
}

const byRoleAndScope = (a: Assignment, b: Assignment) =>
  byBytes(a.role, b.role) || byBytes(a.scope ?? "", b.scope ?? "");
const byScopeAndEffect = (a: Grant, b: Grant) => byBytes(a.scope ?? "", b.scope ?? "") || byBytes(a.effect, b.effect);

function sorted<K, T>(groups: Map<K, T[]>, order: (a: T, b: T) => number): Map<K, T[]> {
  for (const group of groups.values()) group.sort(order);
  return groups;
}

/**
 * Returns a function that lists the permissions of the catalogue that a pattern covers (rule 5). The catalogue is
 * grouped by resource or by action only when the first wildcard of that form is asked about.
 */
export function coverageOf(policy: Policy): (pattern: string) => readonly string[] {
  const catalogue = [...policy.permission.keys()];
  let byResource: Map<string, string[]> | undefined;
  let byAction: Map<string, string[]> | undefined;
  return (pattern) => {
    const plain = withoutOwn(pattern);
    if (plain === "*:*") return catalogue;
    if (!plain.includes("*")) return policy.permission.has(plain) ? [plain] : [];
    const { resource, action } = partsOf(plain);
    if (action === "*") {
      byResource ??= grouped(catalogue, (permission) => partsOf(permission).resource);
      return byResource.get(resource) ?? [];
    }
    byAction ??= grouped(catalogue, (permission) => partsOf(permission).action);
    return byAction.get(action) ?? [];
  };
}
