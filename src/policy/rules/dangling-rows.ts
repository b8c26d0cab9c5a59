/** Rows that refer to what is not there: what a deletion must take with it, so that every state is a legal document. */

import { coverageOf } from "../evaluate/policy-index.ts";
import { by } from "../model/byte-order.ts";
import { type Change, removedRow } from "../model/change.ts";
import { type AnyRow, KINDS, type Kind, type Policy, rowsOf } from "../model/policy.ts";

/** The removals of every row of a policy that refers to a missing user, role or permission, referring kinds first. */
export function danglingRows(policy: Policy): Change[] {
  const covered = coverageOf(policy);
  const there: Readonly<Record<string, (row: AnyRow) => boolean>> = {
    user: (row) => policy.user.has(String(row.user)),
    role: (row) => policy.role.has(String(row.role)),
    inherits: (row) => policy.role.has(String(row.inherits)),
    permission: (row) => coversSomething(covered, String(row.permission)),
  };
  const refers: Partial<Record<Kind, readonly string[]>> = {
    assignment: ["user", "role"],
    everyone: ["role"],
    grant: ["role", "permission"],
    inheritance: ["role", "inherits"],
  };
  const gone: Change[] = [];
  for (const kind of [...KINDS].reverse()) {
    const loose = [...rowsOf(policy, kind)].filter(([, row]) => refers[kind]?.some((field) => !there[field]?.(row)));
    gone.push(...loose.sort(by(([key]) => key)).map(([, row]) => removedRow(kind, row)));
  }
  return gone;
}

/** True when a pattern may stand: it covers a permission of the catalogue, or is the `*:*` that needs none (rule 16). */
export const coversSomething = (covered: (pattern: string) => readonly string[], pattern: string): boolean =>
  pattern.startsWith("*:*") || covered(pattern).length > 0;
