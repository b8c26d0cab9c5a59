/** The columns of a table: as wide as what they hold or, on a terminal, as much of that as fits. */
import { firstWordCut, type Measure } from "./width.ts";

/** What stands in a cell that holds nothing. */
export const NOTHING = "–";
/** What stands between two columns. */
export const GAP = "  ";

/** What a column may be cut to: less says nothing. */
const LEAST = 16;
/** So much of a first word is kept, too, which is a time to the millisecond. */
const LEAST_OF_WORD = 24;
/** What a column keeps before a less important one is shown. */
const READABLE = 32;

/** Widths in columns of a terminal. */
export interface TableColumn {
  /** That of the widest cell. */
  natural: number;
  /** What it may be cut to. */
  least: number;
  /** Whether a cell holds anything. */
  holds: boolean;
}

/** Columns as wide as their names, which are cut like a word. */
export function headColumns(heads: readonly (readonly string[])[], widthOf: Measure): TableColumn[] {
  const columns: TableColumn[] = [];
  widen(columns, heads, widthOf);
  return columns.map(({ natural }) => ({ natural, least: Math.min(natural, LEAST_OF_WORD), holds: false }));
}

/** Makes columns as wide as some more rows need. */
export function widen(columns: TableColumn[], rows: readonly (readonly string[])[], widthOf: Measure): void {
  for (const row of rows) {
    for (const [at, text] of row.entries()) {
      const width = widthOf(text);
      columns[at] ??= { natural: 1, least: 1, holds: false };
      const column = columns[at];
      column.natural = Math.max(column.natural, width);
      column.holds ||= text !== NOTHING;
      if (width > column.least && column.least < LEAST_OF_WORD) {
        const least = Math.max(LEAST, Math.min(firstWordCut(text, widthOf), LEAST_OF_WORD));
        column.least = Math.max(column.least, Math.min(width, least));
      }
    }
  }
}

/** The width of a line of some columns. */
const lineWidth = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + GAP.length + width, -GAP.length);

export const naturalWidth = (columns: readonly TableColumn[]): number =>
  lineWidth(columns.map(({ natural }) => natural));

/**
 * The places of the columns that are shown: of those that hold anything the most important ones, as long as what is
 * shown already stays readable. The most important column of all is always shown.
 * @param places the least important first
 */
export function placesShown(columns: readonly TableColumn[], places: readonly number[], terminal: number): number[] {
  const shown: number[] = [];
  let room = terminal + GAP.length;
  for (const at of places.toReversed()) {
    const { natural = 1, least = 1, holds = false } = columns[at] ?? {};
    const isFirst = shown.length === 0;
    if (!isFirst && !holds) continue;
    if (!isFirst && least + GAP.length > room) break;
    room -= Math.max(least, Math.min(natural, READABLE)) + GAP.length;
    shown.unshift(at);
  }
  return shown;
}

/** The width of each column of `places`, the least important of which are cut first; by place. */
export function fittedWidths(columns: readonly TableColumn[], places: readonly number[], terminal: number): number[] {
  const widths = columns.map(({ natural }) => natural);
  let excess = lineWidth(places.map((at) => widths[at] ?? 0)) - terminal;
  const cutTo = (at: number, least: number) => {
    const spared = Math.max(0, Math.min(excess, (widths[at] ?? 0) - least));
    widths[at] = (widths[at] ?? 0) - spared;
    excess -= spared;
  };
  for (const at of places) cutTo(at, columns[at]?.least ?? 1);
  for (const at of places) cutTo(at, 1); // Where not even that fits.
  return widths;
}
