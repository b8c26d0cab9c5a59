/** What tells conditional grants from each other: a digest of the texts that do not fit an index (rule 32). */
import { hash } from "node:crypto";
import { byBytes } from "./byte-order.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { AnyRow, Rows } from "./rows.ts";

type More = Pick<Rows["conditional"], "but" | "when">;

/** SHA-256, in hex, of the canonical JSON `{but, when}`. @param but sorted, without duplicates */
export const digestOf = ({ but, when }: More): string => hash("sha256", canonicalJson({ but, when }));

/** The row of a grant with what it leaves out, in any order, and its condition as canonical text. */
export function conditionalRow(grant: Rows["grant"], { but, when }: More): Rows["conditional"] {
  const more = { but: [...new Set(but)].sort(byBytes), when };
  const { role, effect, permission, scope } = grant;
  return { role, effect, permission, scope, digest: digestOf(more), ...more };
}

/**
 * True if a stored conditional grant says what it was written with: its digest fits. One that has lost what it leaves
 * out, or its condition, would allow more than was granted.
 */
export function isWhole({ but, when = null, digest }: AnyRow): boolean {
  if (!Array.isArray(but) || but.some((pattern) => typeof pattern !== "string")) return false;
  if (when === null ? but.length === 0 : typeof when !== "string") return false;
  return digest === digestOf({ but, when: when as string | null });
}
