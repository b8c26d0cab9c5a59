/** What ends soon: assignments whose window closes, and what their holders lose by it. */

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
  /** The permissions that nothing else gives the user at that moment; none where the role is held another way too. */
  readonly loses: readonly string[];
}

/** The assignments that end in `(from, to]`, the first to end first. */
export function expiring(index: PolicyIndex, from: string, to: string): ExpiringAssignment[] {
  const ends = (row: Assignment): row is Assignment & { until: string } =>
    row.until !== null && row.until > from && row.until <= to;
  return [...index.policy.assignment.values()]
    .filter(ends)
    .sort(by((row) => `${row.until}\0${row.user}\0${row.role}\0${row.scope ?? ""}`))
    .map(({ user, role, scope, until }) => ({ user, role, scope, until, loses: lostAt(index, user, until) }));
}

function lostAt(index: PolicyIndex, user: string, until: string): string[] {
  const before = new Date(Date.parse(until) - 1).toISOString();
  const held = (at: string) => permissionsOf(index, askerOf(user, at, {}));
  const place = ({ permission, own, scope }: PermissionRow) => `${permission} ${own} ${scope ?? ""}`;
  const after = new Set(held(until).map(place));
  const lost = held(before).filter((row) => !after.has(place(row)));
  return [...new Set(lost.map((row) => row.permission))];
}
