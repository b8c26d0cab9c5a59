/** The types of a result, and the one function that renders it as text in the requested format. */

import type { Cut } from "../policy/model/results.ts";
import { toCsv } from "./csv.ts";
import { sanitizeLines, toJson } from "./sanitize.ts";
import type { Style } from "./style.ts";
import { cellText, drawTable, type Table } from "./table.ts";

export const FORMATS = ["table", "json", "yaml", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** The result of a command. Every format is made from the same value, so that they cannot disagree. */
export interface View {
  /** The documented JSON, which is also what YAML shows; without the list, where the view has one. */
  readonly json: object;
  /** A list that may come in parts: the last field of the JSON, with this name. */
  readonly list?: { readonly name: string; readonly rows: readonly object[] };
  /** Where the list was cut; of a matrix, both directions. */
  readonly cut?: readonly Cut[] | undefined;
  /** Shown as CSV, and to people if `text` is missing. */
  readonly table: Table;
  /** Shown to people: lines without line ends, in which text from outside went through `safe`. */
  readonly text?: (style: Style) => readonly string[];
  /** What stands below the table for people, as lines. */
  readonly legend?: readonly string[];
  /** Lines for stderr. */
  readonly notices?: readonly string[];
  /** Lines for stderr after the answer: what came of it. */
  readonly closing?: readonly string[];
  /** The exit code; 0 when missing. */
  readonly exitCode?: number;
  /** True for a text that only tells what was done: `--quiet` then leaves it out. */
  readonly isReport?: boolean;
  /** True for a yes-or-no answer: `--quiet` then prints nothing, and the exit code is the answer. */
  readonly yesOrNo?: boolean;
}

/** Text that is written as it is, in no format: a document, or lines of NDJSON. */
export interface RawText {
  readonly raw: string | AsyncIterable<string>;
  readonly notices?: readonly string[];
  readonly exitCode?: number;
}

/** A part of a list of any length. */
export type ListPart = View & Required<Pick<View, "list">>;

/** A list of any length, as a sequence of views, one for each part. A part is empty only if it is the only one. */
export interface StreamedView {
  readonly parts: AsyncIterable<ListPart>;
  readonly exitCode?: undefined;
}

export interface Terminal {
  /** Width of the terminal in columns; `undefined` in a pipe. */
  readonly width: number | undefined;
  readonly style: Style;
}

/** The text of a view. It ends with a line end, unless it is empty. */
export async function render(view: View, format: Format, { width, style }: Terminal): Promise<string> {
  if (format === "json") return `${toJson(wholeOf(view))}\n`;
  if (format === "yaml") return (await yamlWriter())(wholeOf(view));
  if (format === "csv") return toCsv([view.table.head, ...view.table.rows].map(csvCells));
  const lines = view.text ? view.text(style).join("\n") : await listText(view.table, width, style);
  return lines === "" ? "" : `${[lines, ...(view.legend ?? [])].join("\n")}\n`;
}

/** The documented JSON of a view, with its list, and whether there is more of it. */
export const wholeOf = ({ json, list, cut }: View): object => ({
  ...json,
  ...(list && { [list.name]: list.rows }),
  ...cutJson(cut),
});

/** The fields of a list that was cut: that there is more, and how many there are, where that is known. */
export function cutJson(cut: View["cut"]): object {
  if (!cut) return {};
  const totals = cut.flatMap(({ of, total }) => (total === undefined ? [] : [[of, total] as const]));
  const [[of, total] = []] = totals;
  return { more: true, ...(total !== undefined && { total: of === undefined ? total : Object.fromEntries(totals) }) };
}

/** Loads the YAML package only when it is called. */
export async function yamlWriter(): Promise<(value: object) => string> {
  const { stringify } = await import("yaml");
  return (value) => sanitizeLines(stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }));
}

export const csvCells = (row: Table["rows"][number]): string[] => row.map((cell) => cellText(cell));

const listText = (table: Table, width: number | undefined, style: Style): Promise<string> | string =>
  table.rows.length === 0 ? "" : drawTable(table, width, style);
