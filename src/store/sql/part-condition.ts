/** The rows of a part as a condition, so that not all of a table is read for a few of them. */
import { type Expression, expressionBuilder, type SqlBool } from "kysely";
import { recordOf } from "../../policy/model/records.ts";
import type { Kind } from "../../policy/model/rows.ts";
import { PART_KEYS, type Part, type PartKey, type PartValue, partFields } from "../../policy/part/part.ts";

type AnyTables = Record<string, Record<string, string>>;
/** Made where it is used: a question never needs it, and would load kysely for it. */
const builder = () => expressionBuilder<AnyTables, string>();

/** Above every character that a name or a scope may have. */
const LAST = "\u{10ffff}";

/** True for all rows of a kind that lie in a part, and perhaps for others: what names several is not looked into. */
export function partCondition(part: Part, kind: Kind): Expression<SqlBool> {
  const { or, and } = builder();
  const { columns } = recordOf(kind);
  const conditions = PART_KEYS.flatMap((key) =>
    partFields(kind, key).flatMap((field) =>
      part[key] && columns[field] !== "names" ? [or(part[key].map((value) => isValue(field, key, value)))] : [],
    ),
  );
  return and(conditions);
}

function isValue(field: string, key: PartKey, { name, isPrefix }: PartValue): Expression<SqlBool> {
  const { eb, or, and } = builder();
  const isBetween = (start: string) => and([eb(field, ">=", start), eb(field, "<", `${start}${LAST}`)]);
  if (isPrefix) return isBetween(name);
  return key === "scopes" ? or([eb(field, "=", name), isBetween(`${name}/`)]) : eb(field, "=", name);
}
