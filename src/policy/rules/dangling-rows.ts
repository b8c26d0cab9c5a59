/** Dangling rows: those that a deletion must remove too, so that every state of a policy is a legal document. */

import type { Named } from "../../errors.ts";
import { coverageOf } from "../evaluate/policy-index.ts";
import { by } from "../model/byte-order.ts";
import { type Change, removedRow } from "../model/change.ts";
import { withoutOwn } from "../model/names.ts";
import { type Policy, rowsOf } from "../model/policy.ts";
import { KINDS, recordOf } from "../model/records.ts";

/** The removals of all rows that refer to a missing user, role or permission: referring kinds first, then by key. */
export function danglingRows(policy: Policy): Change[] {
  const covered = coverageOf(policy);
  const exists: { readonly [N in Named]: (name: string) => boolean } = {
    user: (name) => policy.user.has(name),
    role: (name) => policy.role.has(name),
    permission: (pattern) => coversSomething(covered, pattern),
    constraint: (name) => policy.constraint.has(name),
  };
  const removals: Change[] = [];
  for (const kind of [...KINDS].reverse()) {
    const { refersTo, goesWith } = recordOf(kind);
    if (!goesWith) continue;
    const references = Object.entries(refersTo);
    const dangling = [...rowsOf(policy, kind)].filter(([, row]) =>
      references.some(([field, named]) => !exists[named](String(row[field]))),
    );
    for (const [, row] of dangling.sort(by(([key]) => key))) removals.push(removedRow(kind, row));
  }
  return removals;
}

/** True when a grant may name a pattern: it covers a permission of the catalogue, or is `*` or `*:*` (rule 16). */
export const coversSomething = (covered: (pattern: string) => readonly string[], pattern: string): boolean =>
  EVERYTHING.has(withoutOwn(pattern)) || covered(pattern).length > 0;

/** Patterns for a super-admin, who may be granted all that there will be before there is anything. */
const EVERYTHING = new Set(["*", "*:*"]);
