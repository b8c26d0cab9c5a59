/** Canonical JSON (RFC 8785): exactly one text for each value, so that anyone can compute an entry's hash. */

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Writes a value as canonical JSON: object keys sorted by UTF-16 unit, no white space. Strings and numbers are
 * written as by JSON.stringify, which is what the RFC requires.
 */
export function canonicalJson(value: unknown): string {
  return write(value as Json);
}

function write(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(write).join(",")}]`;
  let pairs = "";
  for (const key of Object.keys(value).sort()) {
    pairs += `${pairs === "" ? "" : ","}${JSON.stringify(key)}:${write(value[key] ?? null)}`;
  }
  return `{${pairs}}`;
}

const isArray = (value: object): value is readonly Json[] => Array.isArray(value);
