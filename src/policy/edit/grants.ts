/** Decides grants, plain and conditional: takes a policy and a request, returns the changes. */
import { conditionText, parseCondition } from "../conditions/condition.ts";
import { addedRow, apply, type Change, removedRow } from "../model/change.ts";
import { conditionalRow } from "../model/conditional-digest.ts";
import { keyOf, type Policy, rowsOf } from "../model/policy.ts";
import type { AnyRow, Effect } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import { checkBut } from "../rules/conditional-faults.ts";
import { integrityFaults } from "../rules/integrity.ts";
import { needRole } from "./assignments.ts";
import { type GrantRow, refuseIfStanding, standingInWords } from "./standing-grants.ts";

export interface GrantRequest {
  readonly role: string;
  readonly permissions: readonly string[];
  readonly effect: Effect;
  readonly scope: Scope;
  /** A condition as somebody wrote it; `null`, or left out, for a grant that counts always. */
  readonly when?: string | null;
  /** Patterns that the grant leaves out; none where left out. */
  readonly but?: readonly string[];
}

/**
 * A request with its condition as canonical text, so that it names a row.
 * @throws RbacError `CONDITION_INVALID`, `BUT_INVALID` (exit 2).
 */
export function readGrant(request: GrantRequest): GrantRequest {
  const { when = null, but = [], effect } = request;
  checkBut(effect, but);
  return { ...request, but, when: when === null ? null : conditionText(parseCondition(when)) };
}

/** Grants permissions to a role. A grant is added or exists already; it is never updated (rules 3, 32). */
export const grant = (policy: Policy, request: GrantRequest): Change[] =>
  grantRows(policy, request).flatMap((row) => (standing(policy, row) ? [] : [addedRow(kindOfGrant(row), { ...row })]));

/**
 * Removes grants. Effect, pattern, scope, condition and what is left out must be equal to those of the grant.
 * @throws RbacError `ROLE_NOT_FOUND`; where there is no such grant: `PERMISSION_NOT_FOUND` or `PATTERN_COVERS_NOTHING`
 * for what no grant could name, `HELD_OTHERWISE` where another one gives the right (all exit 2).
 */
export function ungrant(policy: Policy, request: GrantRequest): Change[] {
  const rows = grantRows(policy, request);
  const changes = rows.flatMap((row) => {
    const current = standing(policy, row);
    return current ? [removedRow(kindOfGrant(row), current)] : [];
  });
  const missing = rows.filter((row) => !standing(policy, row));
  if (missing.length === 0) return changes;
  refuseImpossible(policy, missing);
  const after = apply(policy, changes);
  for (const row of missing) refuseIfStanding(after, row);
  return changes;
}

/** Refuses names and patterns that no grant could have: a wrong spelling must not read as "gone already". */
function refuseImpossible(policy: Policy, rows: readonly GrantRow[]): void {
  const grants = rows.map((row) => addedRow(kindOfGrant(row), { ...row }));
  const [fault] = integrityFaults(apply(policy, grants), grants);
  if (fault) throw fault.error;
}

/** A sentence for each right that stands in another way where its grants are gone. */
export const stillStanding = (after: Policy, request: GrantRequest): string[] =>
  grantRows(after, request).flatMap((row) => standingInWords(after, row, " still") ?? []);

const kindOfGrant = (row: GrantRow): "grant" | "conditional" => ("digest" in row ? "conditional" : "grant");

const standing = (policy: Policy, row: GrantRow): AnyRow | undefined => {
  const kind = kindOfGrant(row);
  return rowsOf(policy, kind).get(keyOf(kind, { ...row }));
};

function grantRows(policy: Policy, { role, permissions, effect, scope, ...more }: GrantRequest): GrantRow[] {
  needRole(policy, role);
  const { but = [], when = null } = more;
  return [...new Set(permissions)].map((permission): GrantRow => {
    const row = { role, effect, permission, scope };
    return but.length === 0 && when === null ? row : conditionalRow(row, { but, when });
  });
}
