/** What tells conditional grants of one key from each other: a digest of the texts that do not fit an index (rule 32). */
import { createHash } from "node:crypto";
import { byBytes } from "./byte-order.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Rows } from "./rows.ts";

/** SHA-256, in hex, of the canonical JSON `{but, when}`. @param but sorted, without duplicates */
export const digestOf = ({ but, when }: Pick<Rows["conditional"], "but" | "when">): string =>
  createHash("sha256").update(canonicalJson({ but, when })).digest("hex");

/** The row of a grant with what it leaves out, in any order, and its condition as canonical text. */
export function conditionalRow(
  grant: Rows["grant"],
  { but, when }: Pick<Rows["conditional"], "but" | "when">,
): Rows["conditional"] {
  const more = { but: [...new Set(but)].sort(byBytes), when };
  const { role, effect, permission, scope } = grant;
  return { role, effect, permission, scope, digest: digestOf(more), ...more };
}
