/** A value as YAML on one line: words as people write them, everything that could be misread in quotes. */

/** Text that is a plain word to every reader of YAML, also within `{}`: it ends in no colon, and has no space. */
const PLAIN_WORD = /^[A-Za-z_][\w.@/-]*(:[\w.@/-]+)*$/;
const MISREAD = /^(y|n|yes|no|on|off|true|false|null)$/i;

export function flowText(value: unknown): string {
  if (typeof value === "string") return PLAIN_WORD.test(value) && !MISREAD.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${flowText(key)}: ${flowText(inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
