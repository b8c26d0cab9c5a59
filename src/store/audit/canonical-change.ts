/**
 * A fast reader for the canonical text of a change: one regular expression for each kind. Most changes have no
 * escapes, and an audit record has millions of them.
 */
import { asChange, type Change } from "../../policy/model/change.ts";
import { KINDS, RECORDS } from "../../policy/model/records.ts";
import type { Kind, Value } from "../../policy/model/rows.ts";

/** A JSON string without escapes. Escapes and lone surrogates are left to `JSON.parse`. */
const TEXT = '"[^"\\\\\\u0000-\\u001f\\ud800-\\udfff]*"';
const VALUE = `(null|true|false|${TEXT})`;

interface Shape {
  readonly pattern: RegExp;
  /**
   * The property names that follow `after` and `before`, in the order of canonical JSON and of the pattern's
   * groups.
   */
  readonly names: readonly string[];
  readonly fields: readonly string[];
}

/** The text of each kind of change, apart from its values. "after" and "before" sort before every other property. */
const SHAPES: ReadonlyMap<string, Shape> = new Map(KINDS.map((kind) => [kind, shapeOf(kind)]));

function shapeOf(kind: Kind): Shape {
  const { key, fields } = RECORDS[kind] as { readonly key: readonly string[]; readonly fields: readonly string[] };
  const sorted = [...fields].sort();
  const names = ["kind", ...key].sort();
  const side = `(null|\\{${sorted.map((field) => `"${field}":${VALUE}`).join(",")}\\})`;
  const rest = names.map((name) => (name === "kind" ? `"kind":"${kind}\\.(add|update|remove)"` : `"${name}":${VALUE}`));
  return { pattern: new RegExp(`^\\{"after":${side},"before":${side},${rest.join(",")}\\}$`), names, fields: sorted };
}

/**
 * The change that a text encodes, if the pattern of its kind matches; the text is then the canonical one.
 * `undefined` does not mean that the text is wrong: use `JSON.parse` and `canonicalChange` to find out.
 */
export function plainChange(text: string): Change | undefined {
  const start = text.indexOf(MARK) + MARK.length; // No value contains the mark: its quotes would be escaped.
  const kind = text.slice(start, text.indexOf(".", start));
  const { pattern, names = [], fields = [] } = SHAPES.get(kind) ?? {};
  const match = pattern?.exec(text);
  if (!match) return undefined;
  const width = fields.length + 1;
  const after = sideIn(match, 1, fields);
  const before = sideIn(match, 1 + width, fields);
  const verb = before === null ? "add" : after === null ? "remove" : "update";
  const change: Record<string, unknown> = { before, after };
  for (const [index, name] of names.entries()) {
    const value = String(match[1 + 2 * width + index]);
    change[name] = name === "kind" ? `${kind}.${value}` : plainValue(value);
  }
  const isChange = change.kind === `${kind}.${verb}` && match[1] !== match[1 + width];
  return isChange ? asChange(change) : undefined;
}

const MARK = '"kind":"';

function sideIn(match: RegExpExecArray, offset: number, fields: readonly string[]): Record<string, Value> | null {
  if (match[offset] === "null") return null;
  const side: Record<string, Value> = {};
  for (const [index, field] of fields.entries()) side[field] = plainValue(String(match[offset + 1 + index]));
  return side;
}

const plainValue = (text: string): Value =>
  text.startsWith('"') ? text.slice(1, -1) : text === "null" ? null : text === "true";
