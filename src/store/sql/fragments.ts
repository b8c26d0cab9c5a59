/**
 * SQL as text with its parameters apart: the same text for the same shape, so that a statement is prepared once and
 * reused.
 */
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Column } from "../engine/tables.ts";

/** Text that both databases accept, with a `?` for each parameter. */
export interface Fragment {
  readonly text: string;
  readonly parameters: readonly Column[];
}

export const fragment = (text: string, ...parameters: readonly Column[]): Fragment => ({ text, parameters });

export const joinFragments = (separator: string, fragments: readonly Fragment[]): Fragment => ({
  text: fragments.map(({ text }) => text).join(separator),
  parameters: fragments.flatMap(({ parameters }) => parameters),
});

/** Converts to kysely, which marks parameters as its database does. Every `?` of the text must be a parameter. */
export const rawSql = <T = SqlBool>({ text, parameters }: Fragment): RawBuilder<T> => {
  const pieces = text.split("?");
  return sql<T>(Object.assign(pieces, { raw: pieces }), ...parameters);
};

/** Far below the limit of 32,766 parameters in a statement, and a power of two. */
const CHUNK = 512;

/** Splits names into lists that are short enough for one `in (…)`. */
export function* chunks(names: readonly string[]): Iterable<readonly string[]> {
  for (let at = 0; at < names.length; at += CHUNK) yield names.slice(at, at + CHUNK);
}

/**
 * Repeats the last value up to the next power of two, or five times one, so that lists of all lengths need few texts of
 * statements. Five, as that many patterns cover nearly every permission: each question looks them up.
 */
export function padded<T>(values: readonly T[]): readonly T[] {
  const last = values.slice(-1);
  const power = 2 ** Math.ceil(Math.log2(values.length));
  const length = values.length === 0 ? 0 : power >= 8 && values.length <= (power * 5) / 8 ? (power * 5) / 8 : power;
  return [...values, ...Array.from({ length: length - values.length }, () => last).flat()];
}

/** `column in (names)`, for up to some 10,000 names. An empty list matches no row; only SQLite accepts `in ()`. */
export function columnIn(column: string, names: readonly string[]): Fragment {
  if (names.length === 0) return fragment("1 = 0");
  const parameters = padded(names);
  return { text: `"${column}" in (?${", ?".repeat(parameters.length - 1)})`, parameters };
}

/** Text strictly between two others, in byte order. */
export const columnBetween = (column: string, from: string, to: string): Fragment =>
  fragment(`("${column}" > ? and "${column}" < ?)`, from, to);

/** Text that begins with a prefix and is longer. The last character of the prefix must be ASCII. */
export const columnStartsWith = (column: string, prefix: string): Fragment =>
  columnBetween(column, prefix, prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1));
