/** Reading the canonical text of a change at a glance: most are plain, and a record holds millions. */
import type { Change } from "./change.ts";
import { KINDS, type Kind, RECORDS, type Value } from "./policy.ts";

/** Text that JSON writes as it is; any escape, or half of a pair of surrogates, is left to a reader of JSON. */
const TEXT = '"[^"\\\\\\u0000-\\u001f\\ud800-\\udfff]*"';
const VALUE = `(null|true|false|${TEXT})`;

interface Shape {
  readonly pattern: RegExp;
  /** The words in the order of canonical JSON, but for the sides: what the pattern finds after these. */
  readonly words: readonly string[];
  readonly fields: readonly string[];
}

/** The one text that each kind of change can have, apart from its values. "after" and "before" stand before every other word. */
const SHAPES: ReadonlyMap<string, Shape> = new Map(KINDS.map((kind) => [kind, shapeOf(kind)]));

function shapeOf(kind: Kind): Shape {
  const { key, fields } = RECORDS[kind] as { readonly key: readonly string[]; readonly fields: readonly string[] };
  const sorted = [...fields].sort();
  const words = ["kind", ...key].sort();
  const side = `(null|\\{${sorted.map((field) => `"${field}":${VALUE}`).join(",")}\\})`;
  const rest = words.map((word) => (word === "kind" ? `"kind":"${kind}\\.(add|update|remove)"` : `"${word}":${VALUE}`));
  return { pattern: new RegExp(`^\\{"after":${side},"before":${side},${rest.join(",")}\\}$`), words, fields: sorted };
}

/**
 * The change that a text says, where that is plain to see: the text is then the canonical one. `undefined` says nothing of a
 * text; whether it is a change, and canonical, `JSON.parse` and `canonicalChange` tell.
 */
export function plainChange(text: string): Change | undefined {
  const at = text.indexOf(MARK) + MARK.length; // No value can hold the mark: its quotes would be escaped.
  const kind = text.slice(at, text.indexOf(".", at));
  const { pattern, words = [], fields = [] } = SHAPES.get(kind) ?? {};
  const found = pattern?.exec(text);
  if (!found) return undefined;
  const width = fields.length + 1;
  const after = sideIn(found, 1, fields);
  const before = sideIn(found, 1 + width, fields);
  const verb = before === null ? "add" : after === null ? "remove" : "update";
  const change: Record<string, unknown> = { before, after };
  for (const [place, word] of words.entries()) {
    const value = String(found[1 + 2 * width + place]);
    change[word] = word === "kind" ? `${kind}.${value}` : plainValue(value);
  }
  const speaks = change.kind === `${kind}.${verb}` && found[1] !== found[1 + width];
  return speaks ? (change as unknown as Change) : undefined;
}

const MARK = '"kind":"';

function sideIn(found: RegExpExecArray, at: number, fields: readonly string[]): Record<string, Value> | null {
  if (found[at] === "null") return null;
  const side: Record<string, Value> = {};
  for (const [place, field] of fields.entries()) side[field] = plainValue(String(found[at + 1 + place]));
  return side;
}

const plainValue = (text: string): Value =>
  text.startsWith('"') ? text.slice(1, -1) : text === "null" ? null : text === "true";
