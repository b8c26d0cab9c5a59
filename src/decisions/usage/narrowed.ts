/** The policy without what nobody used: it takes no yes of the log away, no deny, and nothing from who is too new. */
import { allGrants, type PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import { isOwn, withoutOwn } from "../../policy/model/names.ts";
import { type AnyGrant, type Draft, draftOf, isConditional, keyOf, type Policy } from "../../policy/model/policy.ts";
import type { FoundRow } from "./findings.ts";
import type { KeptRows } from "./kept-rows.ts";
import { removableRoles } from "./removable-roles.ts";
import { grantKey } from "./uses.ts";

export interface Narrowed {
  readonly policy: Policy;
  /** The roles that go; of other unused ones something stays. */
  readonly roles: ReadonlySet<string>;
}

/** @param now assignments that have ended by then go with their roles */
export function narrowed(index: PolicyIndex, found: readonly FoundRow[], kept: KeptRows, now: string): Narrowed {
  const draft = draftOf(index.policy);
  for (const { finding, grant, assignment } of found) {
    if (finding.keep !== null) continue;
    if (finding.finding === "unused" && grant) removeGrant(draft, grant);
    if (finding.finding === "unused" && assignment) draft.assignment.delete(keyOf("assignment", assignment));
    if (finding.finding === "wildcard" && grant && !isConditional(grant)) {
      const young = index.covered(grant.permission).filter((permission) => kept.isNewPermission(permission));
      narrowGrant(draft, grant, [...new Set([...(finding.used ?? []), ...young])]);
    }
  }
  const roles = removableRoles(index, draft, found, now);
  for (const role of roles) draft.role.delete(role);
  for (const [key, { role }] of draft.assignment) if (roles.has(role)) draft.assignment.delete(key);
  for (const [key, { role, inherits }] of draft.inheritance)
    if (roles.has(role) || roles.has(inherits)) draft.inheritance.delete(key);
  return { policy: draft, roles };
}

function removeGrant(draft: Draft, grant: AnyGrant): void {
  if (isConditional(grant)) draft.conditional.delete(keyOf("conditional", grant));
  else draft.grant.delete(keyOf("grant", grant));
}

/** Grants what was used by name, in the place of a pattern. */
function narrowGrant(draft: Draft, grant: AnyGrant, permissions: readonly string[]): void {
  removeGrant(draft, grant);
  for (const name of permissions) {
    const permission = isOwn(grant.permission) ? `${withoutOwn(name)}:own` : name;
    const row = { role: grant.role, effect: grant.effect, permission, scope: grant.scope, revision: 0 };
    draft.grant.set(keyOf("grant", row), row);
  }
}

/** How many rows one policy has that another lacks, of what gives rights. */
export function rowsLess(before: Policy, after: Policy): number {
  const keysOf = (policy: Policy) => [
    ...policy.role.keys(),
    ...policy.assignment.keys(),
    ...[...allGrants(policy)].map(grantKey),
  ];
  const left = new Set(keysOf(after));
  return keysOf(before).filter((key) => !left.has(key)).length;
}
