/** Assignments that end soon, with the permissions that their users lose. */

import { by } from "../model/byte-order.ts";
import type { Assignment } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";
import { type PermissionRow, permissionsOf } from "./effective-permissions.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { askerOf } from "./walk.ts";

export interface ExpiringAssignment {
  readonly user: string;
  readonly role: string;
  readonly scope: Scope;
  readonly until: string;
  /** The permissions that the user then has by no other path; empty if the role is also held in another way. */
  readonly loses: readonly string[];
}

type Ending = Assignment & { readonly until: string };

/** The assignments that end in `(from, to]`, in the order of their ends. */
export function endingWithin(index: PolicyIndex, from: string, to: string): Ending[] {
  const endsWithin = (row: Assignment): row is Ending => row.until !== null && row.until > from && row.until <= to;
  return [...index.policy.assignment.values()]
    .filter(endsWithin)
    .sort(by((row) => `${row.until}\0${row.user}\0${row.role}\0${row.scope ?? ""}`));
}

export const withLosses = (index: PolicyIndex, { user, role, scope, until }: Ending): ExpiringAssignment => ({
  user,
  role,
  scope,
  until,
  loses: lostAt(index, user, until),
});

function lostAt(index: PolicyIndex, user: string, until: string): string[] {
  const before = new Date(Date.parse(until) - 1).toISOString();
  const permissionsAt = (at: string) => permissionsOf(index, { ...askerOf(user, at, {}), timeless: true });
  // Without an assignment nothing more is denied: what the rows except, or deny under conditions, is no loss.
  const extentKey = ({ permission, own, scope, when = "" }: PermissionRow) =>
    `${permission} ${own} ${scope ?? ""} ${when}`;
  const after = new Set(permissionsAt(until).map(extentKey));
  const lost = permissionsAt(before).filter((row) => !after.has(extentKey(row)));
  return [...new Set(lost.map((row) => row.permission))];
}
