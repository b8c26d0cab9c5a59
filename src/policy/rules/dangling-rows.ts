/** Dangling rows: those that a deletion must remove too, so that every state of a policy is a legal document. */

import { coverageOf } from "../evaluate/policy-index.ts";
import { by } from "../model/byte-order.ts";
import { type Change, removedRow } from "../model/change.ts";
import { type AnyRow, KINDS, type Kind, type Policy, rowsOf } from "../model/policy.ts";

/** The removals of all rows that refer to a missing user, role or permission: referring kinds first, then by key. */
export function danglingRows(policy: Policy): Change[] {
  const covered = coverageOf(policy);
  const exists: Readonly<Record<string, (row: AnyRow) => boolean>> = {
    user: (row) => policy.user.has(String(row.user)),
    role: (row) => policy.role.has(String(row.role)),
    inherits: (row) => policy.role.has(String(row.inherits)),
    permission: (row) => coversSomething(covered, String(row.permission)),
  };
  const references: Partial<Record<Kind, readonly string[]>> = {
    assignment: ["user", "role"],
    everyone: ["role"],
    grant: ["role", "permission"],
    inheritance: ["role", "inherits"],
  };
  const removals: Change[] = [];
  for (const kind of [...KINDS].reverse()) {
    const dangling = [...rowsOf(policy, kind)].filter(([, row]) =>
      references[kind]?.some((field) => !exists[field]?.(row)),
    );
    removals.push(...dangling.sort(by(([key]) => key)).map(([, row]) => removedRow(kind, row)));
  }
  return removals;
}

/** True when a grant may name a pattern: it covers a permission of the catalogue, or it is `*:*` (rule 16). */
export const coversSomething = (covered: (pattern: string) => readonly string[], pattern: string): boolean =>
  pattern.startsWith("*:*") || covered(pattern).length > 0;
