/** Renders a view in pieces: one text of all of a large list would be longer than a string can be. */

import { chunksOf } from "./chunks.ts";
import { toCsv } from "./csv.ts";
import { textForPeople } from "./people.ts";
import { csvCells, type Format, jsonFields, render, type Terminal, type View, yamlWriter } from "./render.ts";
import { toJson } from "./sanitize.ts";
import type { LazyRows } from "./table.ts";

/** From so many cells on, a view is written in pieces of at most so many. */
const MOST_CELLS = 100_000;

/** True for a view to be written in pieces. */
export const isLarge = ({ table: { head, rows } }: View): boolean => rows.length * head.length > MOST_CELLS;

/** The texts of a view, which joined are that of `render`. */
export async function* renderPieces(
  view: View,
  format: Format,
  terminal: Terminal,
  mostCells = MOST_CELLS,
): AsyncIterable<string> {
  const { head, rows } = view.table;
  const rowsAtOnce = Math.max(1, Math.floor(mostCells / Math.max(1, head.length)));
  if (format === "table") yield* textForPeople(view, terminal, rowsAtOnce);
  else if (rows.length <= rowsAtOnce) yield await render(view, format, terminal);
  else if (format === "json") yield* jsonPieces(jsonFields(view), rowsAtOnce);
  else if (format === "yaml") yield* yamlPieces(jsonFields(view), rowsAtOnce);
  else {
    yield toCsv([[...head]]);
    for (const some of chunksOf(rows, rowsAtOnce)) yield toCsv(some.map(csvCells));
  }
}

/** A list, or what makes its rows only when they are read. */
const isRows = (value: unknown): value is LazyRows<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;

function* jsonPieces(fields: object, atOnce: number): Iterable<string> {
  let before = "{";
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    yield `${before}${toJson(name)}:`;
    before = ",";
    if (!isRows(value)) yield toJson(value);
    else {
      yield "[";
      let between = "";
      for (const some of chunksOf(value, atOnce)) {
        yield `${between}${toJson(some).slice(1, -1)}`;
        between = ",";
      }
      yield "]";
    }
  }
  yield "}\n";
}

async function* yamlPieces(fields: object, atOnce: number): AsyncIterable<string> {
  const write = await yamlWriter();
  for (const [name, value] of Object.entries(fields)) {
    if (!isRows(value) || value.length === 0) yield write({ [name]: value });
    else {
      yield write({ [name]: [] }).replace(/ \[\]\n$/, "\n");
      for (const some of chunksOf(value, atOnce)) yield write(some).replace(/^(?=.)/gm, "  ");
    }
  }
}
