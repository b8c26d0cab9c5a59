/** The types of a result, and the one function that renders it as text in the requested format. */

import type { Cut } from "../policy/model/results.ts";
import { wholeText } from "./chunks.ts";
import { toCsv } from "./csv.ts";
import { type ForPeople, textForPeople } from "./people.ts";
import { sanitizeLines, toJson } from "./sanitize.ts";
import type { Terminal } from "./style.ts";
import { type Cell, cellText, type LazyRows } from "./table.ts";

export type { Terminal };

export const FORMATS = ["table", "json", "yaml", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** The result of a command. Every format is made from the same value, so that they cannot disagree. */
export interface View extends ForPeople {
  /** The documented JSON, which is also what YAML shows; without the list, where the view has one. */
  readonly json: object;
  /** A list that may come in parts: the last field of the JSON, with this name. */
  readonly list?: { readonly name: string; readonly rows: LazyRows<object> };
  /** Where the list was cut; of a matrix, both directions. */
  readonly cut?: readonly Cut[] | undefined;
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
export type ListPart = View & { readonly list: { readonly name: string; readonly rows: readonly object[] } };

/** A list of any length, as a sequence of views, one for each part. A part is empty only if it is the only one. */
export interface StreamedView {
  readonly parts: AsyncIterable<ListPart>;
  readonly exitCode?: undefined;
}

/** The text of a view. It ends with a line end, unless it is empty. */
export async function render(view: View, format: Format, terminal: Terminal): Promise<string> {
  if (format === "json") return `${toJson(wholeOf(view))}\n`;
  if (format === "yaml") return (await yamlWriter())(wholeOf(view));
  if (format === "csv") return toCsv([view.table.head, ...view.table.rows].map(csvCells));
  return wholeText(textForPeople(view, terminal));
}

/** The fields of the documented JSON of a view: its list as it is made, and whether there is more of it. */
export const jsonFields = ({ json, list, cut }: View): object => ({
  ...json,
  ...(list && { [list.name]: list.rows }),
  ...cutJson(cut),
});

const wholeOf = (view: View): object =>
  jsonFields(view.list ? { ...view, list: { ...view.list, rows: [...view.list.rows] } } : view);

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

export const csvCells = (row: readonly Cell[]): string[] => row.map((cell) => cellText(cell));
