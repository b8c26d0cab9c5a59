/** What tells conditional grants from each other: a digest of the texts that do not fit an index (rule 32). */
import { hash } from "node:crypto";
import type { Named } from "../../errors.ts";
import { byBytes } from "./byte-order.ts";
import { canonicalJson } from "./canonical-json.ts";
import { type Change, keyFields, kindOf } from "./change.ts";
import { keyUnderFormerNames, type NameChange, namesInKey } from "./policy.ts";
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

const leftOut = (change: Change): readonly string[] =>
  change.kind === "conditional.add" ? (change.after as { readonly but: readonly string[] }).but : [];

/** The names in the key of an added row, and those that it leaves out. */
export const namesInAddition = (addition: Change): (readonly [Named, string])[] => [
  ...namesInKey(kindOf(addition), keyFields(addition)),
  ...leftOut(addition).map((name) => ["permission", name] as const),
];

/** An added row as it was before renamings of one revision; `undefined` where it has none of the new names. */
export function rowUnderFormerNames(addition: Change, renames: readonly NameChange[]): AnyRow | undefined {
  const key = keyUnderFormerNames(kindOf(addition), keyFields(addition), renames);
  const fields = addition.after as AnyRow | null;
  const names = leftOut(addition);
  const but = names.map((name) => renames.find((one) => one.of === "permission" && one.name === name)?.former ?? name);
  if (names.every((name, at) => name === but[at])) return key && { ...key, ...fields };
  // What a grant leaves out is a part of its digest, and so of its key.
  const grant = { ...keyFields(addition), ...key } as Rows["grant"];
  return conditionalRow(grant, { but, when: (fields?.when ?? null) as string | null });
}
