/** Draws a table for people, part by part: fitted to the terminal, or whole in a pipe. A row is a line. */
import { fittedWidths, headColumns, NOTHING, naturalWidth, placesShown, type TableColumn, widen } from "./columns.ts";
import { drawnLines, paddedLines, type Texts } from "./drawn-lines.ts";
import { sanitize } from "./sanitize.ts";
import type { Style, Terminal } from "./style.ts";
import { type Cell, cellText, type Table, type TableRows } from "./table.ts";
import { cut, lettersOf, type Measure, measureFor } from "./width.ts";

/** A table of which no column may be cut or left out; with heads on end all names but the first are read downwards. */
export type WholeShape = "whole" | "heads on end";

/** Longer names are not read downwards. */
const MOST_HEAD_LINES = 24;

export class TableDrawing {
  readonly #head: readonly string[];
  readonly #heads: Texts;
  /** The least important first. */
  readonly #order: readonly number[];
  readonly #terminal: Terminal;
  readonly #isWhole: boolean;
  readonly #columns: TableColumn[] = [];
  /** The places of the columns that are shown, the least important first; settled with the first lines. */
  #shown: readonly number[] | undefined;

  /** @param shape of a table that is drawn only where it fits; left out where columns may be cut and left out */
  constructor({ head, least = [] }: Omit<Table, "rows">, terminal: Terminal, shape?: WholeShape) {
    this.#head = head.map(sanitize);
    this.#heads = shape === "heads on end" ? headsOnEnd(this.#head) : [this.#head];
    const others = [...head.keys()].reverse().filter((at) => !least.includes(head[at] ?? ""));
    this.#order = [...least.map((name) => head.indexOf(name)).filter((at) => at >= 0), ...others];
    this.#terminal = terminal;
    this.#isWhole = shape !== undefined || terminal.width === undefined;
  }

  /** Widens the columns for rows that come later. */
  async measure(rows: Iterable<readonly Cell[]>): Promise<void> {
    await this.#read(rows);
  }

  /** Whether all columns fit uncut, with some rows. Where the heads alone do not, no row is read. */
  async fits(rows: TableRows): Promise<boolean> {
    const { width = Number.POSITIVE_INFINITY } = this.#terminal;
    await this.#read([]);
    if (naturalWidth(this.#columns) > width || this.#heads.length > MOST_HEAD_LINES) return false;
    await this.#read(rows);
    return naturalWidth(this.#columns) <= width;
  }

  /** The lines of some rows, the first time below those of the head. */
  async lines(rows: Iterable<readonly Cell[]>): Promise<string[]> {
    const { width = Number.POSITIVE_INFINITY, style } = this.#terminal;
    const { texts, widthOf } = await this.#read(rows);
    const heads = this.#shown ? [] : this.#heads;
    this.#shown ??= this.#isWhole ? this.#order : placesShown(this.#columns, this.#order, width);
    const places = this.#shown.toSorted((a, b) => a - b);
    const fitted = fittedWidths(this.#columns, this.#shown, width);
    const widths = places.map((at) => fitted[at] ?? 1);
    const cells = [...heads, ...texts].map((row) =>
      places.map((at, place) => cut(row[at] ?? "", widths[place] ?? 1, widthOf)),
    );
    if (this.#terminal.width === undefined) return paddedLines(cells, widths, widthOf);
    const lines = await drawnLines(cells, widths, widthOf);
    return lines.map((line, at) => (at < heads.length ? strongWords(line, style) : line));
  }

  /** The columns that hold something and were left out. */
  leftOut(): string[] {
    const isLeftOut = (at: number) => this.#columns[at]?.holds && !this.#shown?.includes(at);
    return this.#head.filter((_, at) => isLeftOut(at));
  }

  async #read(rows: Iterable<readonly Cell[]>): Promise<{ texts: Texts; widthOf: Measure }> {
    const { style } = this.#terminal;
    const texts = [...rows].map((row) => row.map((cell) => sanitize(cellText(cell, NOTHING, style))));
    const widthOf = await measureFor([...this.#heads, ...texts].flat());
    if (this.#columns.length === 0) this.#columns.push(...headColumns(this.#heads, widthOf));
    widen(this.#columns, texts, widthOf);
    return { texts, widthOf };
  }
}

/** The lines of a head whose names are read downwards and end at their columns; the first name stands as it is. */
function headsOnEnd([first = "", ...names]: readonly string[]): Texts {
  const letters = names.map((name) => [...lettersOf(name)]);
  const height = Math.max(1, ...letters.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => [
    line === height - 1 ? first : "",
    ...letters.map((name) => name[line - height + name.length] ?? ""),
  ]);
}

const strongWords = (line: string, style: Style): string => line.replace(/\S+(?: \S+)*/g, style.strong);
