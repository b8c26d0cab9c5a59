/** Reads the part that a document keeps to. */
import type { Part, PartKey, PartValue } from "../part/part.ts";
import { parsePartKey, parsePartValue, partOf } from "../part/part-texts.ts";
import type { DocumentPlace, Problems } from "./problems.ts";

/**
 * Reads `part: { roles: ["billing-*"], scopes: [acme] }`. What is wrong with it is added to the problems, each at its
 * place; the rest is read, so that the rows of the document are judged all the same.
 */
export function readPart(place: DocumentPlace, value: unknown, problems: Problems): Part | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.add(place, "VALUE_INVALID", "part must be a mapping, as in { roles: [reader] }");
    return undefined;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) problems.add(place, "VALUE_EMPTY", "part names nothing: leave it out, or name something");
  const values = entries.flatMap(([text, list]) => {
    const at = below(place, text);
    const key = problems.attempt(at, () => parsePartKey(text));
    return key ? readValues(at, key, list, problems) : [];
  });
  return values.length > 0 ? partOf(values) : undefined;
}

function readValues(
  place: DocumentPlace,
  key: PartKey,
  list: unknown,
  problems: Problems,
): (readonly [PartKey, PartValue])[] {
  if (!Array.isArray(list) || list.length === 0) {
    problems.add(place, "VALUE_INVALID", `${key} of a part must be a list that names something`);
    return [];
  }
  return list.flatMap((item: unknown, index) => {
    const at = below(place, index);
    if (typeof item !== "string") problems.add(at, "QUOTE_NEEDED", `a part names texts: quote ${JSON.stringify(item)}`);
    const value = typeof item === "string" ? problems.attempt(at, () => parsePartValue(key, item)) : undefined;
    return value ? [[key, value] as const] : [];
  });
}

const below = ({ source, path }: DocumentPlace, step: string | number): DocumentPlace => ({
  source,
  path: [...path, step],
});
