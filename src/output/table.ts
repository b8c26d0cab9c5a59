/** Draws a table for people: a box that fits the terminal, or plain columns in a pipe. */

import { sanitize } from "./sanitize.ts";
import type { Style } from "./style.ts";
import { fold, type Measure, measureFor } from "./width.ts";

export type Cell = string | number | boolean | null | readonly (string | null)[];

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A box of more rows is not readable, and drawing it takes seconds. */
const MAX_BOXED_ROWS = 1000;
/** In terminal columns. */
const MIN_COLUMN_WIDTH = 6;

/**
 * A cell as text: lists are joined by commas, null in one is the root scope.
 * @param nothing the text for null and for an empty list.
 */
export function cellText(cell: Cell, nothing = ""): string {
  if (cell === null) return nothing;
  if (Array.isArray(cell)) return cell.length === 0 ? nothing : cell.map((part) => part ?? "everywhere").join(", ");
  return String(cell);
}

/** @param width of the terminal in columns; `undefined` in a pipe, where nothing is boxed, folded or cut. */
export async function drawTable({ head, rows }: Table, width: number | undefined, style: Style): Promise<string> {
  if (width === undefined || rows.length > MAX_BOXED_ROWS)
    return (await new Columns().lines([head, ...rows])).join("\n");
  const [titles = [], ...cells] = [head, ...rows].map(sanitizedRow);
  const widthOf = await measureFor([titles, ...cells].flat());
  const widths = widthsOf([titles, ...cells], widthOf);
  const { default: CliTable } = await import("cli-table3");
  // Folded before drawing: cli-table3 cuts what does not fit into a given column width.
  const fit = fittedWidths(widths, width);
  const foldRow = (row: readonly string[]) => row.map((cell, at) => fold(cell, fit[at] ?? MIN_COLUMN_WIDTH, widthOf));
  const table = new CliTable({ head: foldRow(titles), style: { head: [], border: [] } });
  table.push(...cells.map(foldRow));
  return withStrongHead(table.toString(), style);
}

/**
 * Plain columns for a table that comes in parts: each column is as wide as its widest cell so far. The caller passes
 * the head as the first row.
 */
export class Columns {
  #widths: readonly number[] = [];

  /** Widens the columns for rows that come later. */
  async measure(rows: Table["rows"]): Promise<void> {
    const cells = rows.map(sanitizedRow);
    this.#widths = widthsOf(cells, await measureFor(cells.flat()), this.#widths);
  }

  async lines(rows: Table["rows"]): Promise<string[]> {
    const cells = rows.map(sanitizedRow);
    const widthOf = await measureFor(cells.flat());
    this.#widths = widthsOf(cells, widthOf, this.#widths);
    return cells.map((row) => paddedLine(row, this.#widths, widthOf));
  }
}

const sanitizedRow = (row: readonly Cell[]): string[] => row.map((cell) => sanitize(cellText(cell, "–")));

/** The width that each column needs, at least its width in `before`. */
function widthsOf(rows: readonly (readonly string[])[], widthOf: Measure, before: readonly number[] = []): number[] {
  const widths = [...before];
  for (const row of rows) for (const [at, text] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(text));
  return widths;
}

/** Colours the head after drawing: cli-table3 would count colour codes as letters and break lines inside them. */
function withStrongHead(drawn: string, style: Style): string {
  const lines = drawn.split("\n");
  const end = lines.findIndex((line) => line.startsWith("├"));
  const strong = (line: string) => line.replace(/[^│]*[^│\s][^│]*/g, style.strong);
  return lines.map((line, at) => (at > 0 && at < end ? strong(line) : line)).join("\n");
}

const paddedLine = (row: readonly string[], widths: readonly number[], widthOf: Measure): string =>
  row
    .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - widthOf(cell)))
    .join("  ")
    .trimEnd();

/**
 * Column widths for a box that fits the terminal, borders and spaces included: the widest column shrinks by one until
 * it does, but none below the minimum.
 */
function fittedWidths(widths: readonly number[], terminal: number): number[] {
  const fit = [...widths];
  const room = terminal - 3 * widths.length - 1;
  for (let excess = fit.reduce((a, b) => a + b, 0) - room; excess > 0; excess--) {
    const widest = fit.indexOf(Math.max(...fit));
    if ((fit[widest] ?? 0) <= MIN_COLUMN_WIDTH) break;
    fit[widest] = (fit[widest] ?? 0) - 1;
  }
  return fit;
}
