/** What people get of a view: its text, or its table in the first shape that fits their terminal. */
import { chunksOf } from "./chunks.ts";
import { type Line, leftOutText, linesText, wrappable } from "./paragraph.ts";
import type { Style, Terminal } from "./style.ts";
import type { Table } from "./table.ts";
import { TableDrawing, type WholeShape } from "./table-drawing.ts";

/** A way to show a table: whole, with heads on end, or as lines, which always fit. */
type Shape = WholeShape | ((style: Style) => Iterable<Line>);

export interface ForPeople {
  /** Shown as CSV, and to people if `text` is missing. */
  readonly table: Table;
  /** Shown to people: lines without line ends, in which text from outside went through `safe`. */
  readonly text?: (style: Style) => Iterable<Line>;
  /** How the table may be shown on a terminal, the best first; left out where its columns may be cut. */
  readonly shapes?: readonly Shape[];
  /** What stands below the table for people, as lines. */
  readonly legend?: (style: Style) => readonly string[];
}

/** The texts that people get, a table in parts of so many rows. */
export async function* textForPeople(
  view: ForPeople,
  terminal: Terminal,
  rowsAtOnce = Number.POSITIVE_INFINITY,
): AsyncIterable<string> {
  const { table, text, shapes } = view;
  if (text) yield* linesText(text(terminal.style), terminal);
  else if (table.rows.length === 0) return;
  else if (shapes && terminal.width !== undefined) yield* shapeText(view, shapes, terminal, rowsAtOnce);
  else yield* tableText(view, new TableDrawing(table, terminal), terminal, rowsAtOnce);
}

async function* shapeText(
  view: ForPeople,
  shapes: readonly Shape[],
  terminal: Terminal,
  rowsAtOnce: number,
): AsyncIterable<string> {
  for (const shape of shapes) {
    if (typeof shape === "function") {
      yield* linesText(shape(terminal.style), terminal);
      return;
    }
    const drawing = new TableDrawing(view.table, terminal, shape);
    if (!(await drawing.fits(view.table.rows))) continue;
    yield* tableText(view, drawing, terminal, rowsAtOnce);
    return;
  }
}

/** The whole table is measured before its first line, so that all of them are as wide. */
async function* tableText(
  { table, legend }: ForPeople,
  drawing: TableDrawing,
  terminal: Terminal,
  rowsAtOnce: number,
): AsyncIterable<string> {
  const chunks = () => chunksOf(table.rows, rowsAtOnce);
  if (table.rows.length > rowsAtOnce) for (const some of chunks()) await drawing.measure(some);
  for (const some of chunks()) yield `${(await drawing.lines(some)).join("\n")}\n`;
  yield* textBelow(legend?.(terminal.style) ?? [], drawing.leftOut(), terminal);
}

/** What stands below a table: what its words mean, and which columns it lacks. */
export async function* textBelow(
  legend: Iterable<string>,
  leftOut: readonly string[],
  terminal: Terminal,
): AsyncIterable<string> {
  const missing = leftOut.length === 0 ? [] : [leftOutText(leftOut)];
  yield* linesText([...legend, ...missing].map(wrappable), terminal);
}
