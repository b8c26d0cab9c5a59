/** Unused roles that can go, once grants and assignments are gone. */
import { allGrants, type PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import type { Draft } from "../../policy/model/policy.ts";
import { closure, heirsIn, parentsIn } from "../../policy/model/role-graph.ts";
import { hasEnded } from "../../policy/model/times.ts";
import type { FoundRow } from "./findings.ts";

/**
 * The unused roles of which nothing is left: nobody is assigned them any more, and no role that stays inherits them,
 * unless they lead to no grant at all.
 */
export function removableRoles(index: PolicyIndex, draft: Draft, found: readonly FoundRow[], now: string): Set<string> {
  const unused = new Set(
    found.flatMap(({ finding }) =>
      finding.kind === "role" && finding.finding === "unused" && finding.keep === null ? [finding.role] : [],
    ),
  );
  const assigned = new Set([...draft.assignment.values()].filter((row) => !hasEnded(row, now)).map(({ role }) => role));
  const granting = new Set([...allGrants(draft)].map(({ role }) => role));
  const [heirs, parents] = [heirsIn(index.policy), parentsIn(index.policy)];
  const grantsNothing = (role: string) => ![...closure([role], parents)].some((one) => granting.has(one));
  const known = new Map<string, boolean>();
  const isRemovable = (role: string): boolean => {
    const before = known.get(role);
    if (before !== undefined) return before;
    known.set(role, false); // Of a cycle, which only a damaged policy has, nothing goes.
    const isFree = unused.has(role) && !assigned.has(role) && !granting.has(role);
    const removable = isFree && (grantsNothing(role) || heirs(role).every(isRemovable));
    known.set(role, removable);
    return removable;
  };
  return new Set([...unused].filter(isRemovable));
}
