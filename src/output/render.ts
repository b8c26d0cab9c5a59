/** A result, and the one renderer that turns it into text in the format asked for. */

import type { Colors } from "./color.ts";
import { toCsv } from "./csv.ts";
import { sanitizeLines, toJson } from "./sanitize.ts";
import { cellText, drawTable, type Table } from "./table.ts";

export const FORMATS = ["table", "json", "yaml", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** What a command answers. The same value serves every format, so that they cannot disagree. */
export interface View {
  /** The documented JSON; also what YAML shows. */
  readonly json: object;
  /** For CSV, and for people where there is no `text`. */
  readonly table: Table;
  /** For people: lines without line ends, outside text cleaned by `say`. */
  readonly text?: (colors: Colors) => readonly string[];
  /** Said on stderr. */
  readonly notices?: readonly string[];
  /** The exit code where it is not 0. */
  readonly exitCode?: number;
  /** True for a yes-or-no answer, which `--quiet` leaves to the exit code. */
  readonly yesOrNo?: boolean;
}

/** Something written as it is: a document, or lines of NDJSON. */
export interface RawText {
  readonly raw: string | AsyncIterable<string>;
  readonly notices?: readonly string[];
  readonly exitCode?: number;
}

/** A list of any length, as views of one part of it after the other; none but the only one is empty. What they list is the last field of their JSON. */
export interface StreamedView {
  readonly parts: AsyncIterable<View>;
  readonly exitCode?: undefined;
}

export interface Terminal {
  /** Columns of the terminal; `undefined` in a pipe. */
  readonly width: number | undefined;
  readonly colors: Colors;
}

/** The text of a view, ending in a line end unless it is empty. */
export async function render(view: View, format: Format, { width, colors }: Terminal): Promise<string> {
  if (format === "json") return `${toJson(view.json)}\n`;
  if (format === "yaml") return (await yamlWriter())(view.json);
  if (format === "csv") return toCsv([view.table.head, ...view.table.rows].map(csvCells));
  const lines = view.text ? view.text(colors).join("\n") : await listText(view.table, width, colors);
  return lines === "" ? "" : `${lines}\n`;
}

export async function yamlWriter(): Promise<(value: object) => string> {
  const { stringify } = await import("yaml");
  return (value) => sanitizeLines(stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }));
}

export const csvCells = (row: Table["rows"][number]): string[] => row.map((cell) => cellText(cell));

const listText = (table: Table, width: number | undefined, colors: Colors): Promise<string> | string =>
  table.rows.length === 0 ? "" : drawTable(table, width, colors);
