/** SQL as text beside its parameters: the same text for the same shape, so that a statement is made once and kept. */
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Column } from "../engine/tables.ts";

/** Text that both databases take, with a `?` for each parameter. */
export interface Fragment {
  readonly text: string;
  readonly parameters: readonly Column[];
}

export const fragment = (text: string, ...parameters: readonly Column[]): Fragment => ({ text, parameters });

/** Pieces one after the other. */
export const joinFragments = (between: string, fragments: readonly Fragment[]): Fragment => ({
  text: fragments.map(({ text }) => text).join(between),
  parameters: fragments.flatMap(({ parameters }) => parameters),
});

/** The piece as kysely takes it, which marks parameters as its database does. */
export const rawSql = <T = SqlBool>({ text, parameters }: Fragment): RawBuilder<T> => {
  const [first = "", ...rest] = text.split("?");
  const further = rest.flatMap((after, at) => [sql`${parameters[at] ?? null}`, sql.raw(after)]);
  return sql<T>`${sql.join([sql.raw(first), ...further], sql.raw(""))}`;
};

/** Far below the 32,766 parameters that a statement may have, and a power of two. */
const CHUNK = 512;

/** Some names at a time, few enough for one list. */
export function* chunks(names: readonly string[]): Iterable<readonly string[]> {
  for (let at = 0; at < names.length; at += CHUNK) yield names.slice(at, at + CHUNK);
}

/** As many as the next power of two, the last of them repeated: so lists of any length have few texts. */
export function paddedToPowerOfTwo<T>(some: readonly T[]): readonly T[] {
  const last = some.slice(-1);
  const room = some.length === 0 ? 0 : 2 ** Math.ceil(Math.log2(some.length));
  return [...some, ...Array.from({ length: room - some.length }, () => last).flat()];
}

/** A column that says one of some names, of which a statement takes some ten thousand. A list without names holds nothing; only SQLite takes one that is empty. */
export function columnIn(column: string, names: readonly string[]): Fragment {
  if (names.length === 0) return fragment("1 = 0");
  const parameters = paddedToPowerOfTwo(names);
  return { text: `"${column}" in (?${", ?".repeat(parameters.length - 1)})`, parameters };
}

/** A column with text strictly between two others, in byte order. */
export const columnBetween = (column: string, from: string, to: string): Fragment =>
  fragment(`("${column}" > ? and "${column}" < ?)`, from, to);

/** A column that begins with some text and goes on; its last letter is of ASCII. */
export const columnStartsWith = (column: string, beginning: string): Fragment =>
  columnBetween(
    column,
    beginning,
    beginning.slice(0, -1) + String.fromCharCode(beginning.charCodeAt(beginning.length - 1) + 1),
  );
