/** A table for people: boxed and fitted on a terminal, plain columns in a pipe. */

import type { Colors } from "./color.ts";
import { sanitize } from "./sanitize.ts";
import { fold, terminalWidth } from "./width.ts";

export type Cell = string | number | boolean | null | readonly (string | null)[];

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Past so many rows nobody reads a box, and drawing one takes seconds. */
const DRAWN = 1000;
const NARROWEST = 6;

/** A cell as text: lists joined, what is not there a dash in people's tables and nothing elsewhere. */
export function cellText(cell: Cell, nothing = ""): string {
  if (cell === null) return nothing;
  if (Array.isArray(cell)) return cell.length === 0 ? nothing : cell.map((part) => part ?? "everywhere").join(", ");
  return String(cell);
}

/** @param width columns of the terminal, or `undefined` in a pipe, where nothing is drawn, wrapped or cut. */
export async function drawTable({ head, rows }: Table, width: number | undefined, colors: Colors): Promise<string> {
  if (width === undefined || rows.length > DRAWN) return new Columns().lines([head, ...rows]).join("\n");
  const [titles = [], ...cells] = [head, ...rows].map(cleaned);
  const widths = widthsOf([titles, ...cells]);
  const { default: CliTable } = await import("cli-table3");
  // Folded beforehand: a column that is given a width cuts what does not fit.
  const room = fitted(widths, width);
  const foldRow = (row: readonly string[]) => row.map((cell, at) => fold(cell, room[at] ?? NARROWEST));
  const table = new CliTable({ head: foldRow(titles), style: { head: [], border: [] } });
  table.push(...cells.map(foldRow));
  return withStrongHead(table.toString(), colors);
}

/** Plain columns: as wide as the rows so far needed, so that a table can come in parts. The head is a row like any other. */
export class Columns {
  #widths: readonly number[] = [];

  lines(rows: Table["rows"]): string[] {
    const cells = rows.map(cleaned);
    this.#widths = widthsOf(cells, this.#widths);
    return cells.map((row) => columns(row, this.#widths));
  }
}

const cleaned = (row: readonly Cell[]): string[] => row.map((cell) => sanitize(cellText(cell, "–")));

/** What each column needs, and no less than it had. */
function widthsOf(rows: readonly (readonly string[])[], had: readonly number[] = []): number[] {
  const widths = [...had];
  for (const row of rows)
    for (const [at, text] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, terminalWidth(text));
  return widths;
}

/** Painted after drawing: the table would count colours as letters, and break lines inside of them. */
function withStrongHead(drawn: string, colors: Colors): string {
  const lines = drawn.split("\n");
  const end = lines.findIndex((line) => line.startsWith("├"));
  const strong = (line: string) => line.replace(/[^│]*[^│\s][^│]*/g, colors.strong);
  return lines.map((line, at) => (at > 0 && at < end ? strong(line) : line)).join("\n");
}

const columns = (row: readonly string[], widths: readonly number[]): string =>
  row
    .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - terminalWidth(cell)))
    .join("  ")
    .trimEnd();

/** Column widths that fit: the widest give way until the box, with its lines and spaces, is no wider than the terminal. */
function fitted(widths: readonly number[], terminal: number): number[] {
  const fit = [...widths];
  const room = terminal - 3 * widths.length - 1;
  for (let excess = fit.reduce((a, b) => a + b, 0) - room; excess > 0; excess--) {
    const widest = fit.indexOf(Math.max(...fit));
    if ((fit[widest] ?? 0) <= NARROWEST) break;
    fit[widest] = (fit[widest] ?? 0) - 1;
  }
  return fit;
}
