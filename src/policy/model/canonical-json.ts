/** Canonical JSON (RFC 8785): the one text of a value, so that anyone can compute an entry's hash. */

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Object keys sorted by UTF-16 unit, no white space; strings and numbers as JSON.stringify writes them, as the RFC asks. */
export function canonicalJson(value: unknown): string {
  return write(value as Json);
}

function write(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(write).join(",")}]`;
  let pairs = "";
  for (const key of Object.keys(value).sort()) {
    pairs += `${pairs === "" ? "" : ","}${JSON.stringify(key)}:${write(value[key] ?? null)}`;
  }
  return `{${pairs}}`;
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);
