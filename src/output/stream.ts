/** Renders a list of any length part by part. A single part is rendered like any view; several are written as text. */

import { wholeText } from "./chunks.ts";
import { toCsv } from "./csv.ts";
import { textBelow } from "./people.ts";
import { csvCells, cutJson, type Format, type ListPart, render, type Terminal, yamlWriter } from "./render.ts";
import { escapeJson, toJson } from "./sanitize.ts";
import type { TableRows } from "./table.ts";
import { TableDrawing } from "./table-drawing.ts";

export interface RenderedPart {
  readonly text: string;
  /** Lines for stderr. */
  readonly notices: readonly string[];
  /** Where the list was cut, known at its end. */
  readonly cut?: ListPart["cut"];
}

/**
 * Yields the texts in order. The next part is requested only after the text before it was consumed. As a table, a list
 * of several parts has the columns that its first part has, which become wider where a part needs it.
 */
export async function* renderParts(
  parts: AsyncIterable<ListPart>,
  format: Format,
  terminal: Terminal,
): AsyncIterable<RenderedPart> {
  const writer = await LIST_WRITERS[format](terminal);
  let first: ListPart | undefined;
  let last: ListPart | undefined;
  let count = 0;
  for await (const part of parts) {
    last = part;
    count += 1;
    if (count === 1) first = part;
    if (count === 2 && first) yield { text: await writer.open(first), notices: first.notices ?? [] };
    if (count > 1) yield { text: await writer.append(part), notices: [] };
  }
  if (count > 1) yield { text: await writer.close(last?.cut), notices: [], cut: last?.cut };
  else if (first) yield { text: await render(first, format, terminal), notices: first.notices ?? [], cut: first.cut };
}

/** Writes the parts of a list as one text. */
interface ListWriter {
  /** What stands before the list, and the rows of its first part. */
  open(first: ListPart): string | Promise<string>;
  append(part: ListPart): string | Promise<string>;
  /** What stands behind the list. */
  close(cut: ListPart["cut"]): string | Promise<string>;
}

const LIST_WRITERS: { readonly [F in Format]: (terminal: Terminal) => ListWriter | Promise<ListWriter> } = {
  json: () => {
    const rowsOf = ({ list }: ListPart) => escapeJson(list.rows.map((row) => JSON.stringify(row)).join(","));
    return {
      open: (first) => {
        const fields = Object.entries(first.json).map(([name, value]) => `${toJson(name)}:${toJson(value)},`);
        return `{${fields.join("")}${toJson(first.list.name)}:[${rowsOf(first)}`;
      },
      append: (part) => `,${rowsOf(part)}`,
      close: (cut) => `]${cut ? `,${toJson(cutJson(cut)).slice(1)}` : "}"}\n`,
    };
  },
  yaml: async () => {
    const write = await yamlWriter();
    const rowsOf = ({ list }: ListPart) => write(list.rows).replace(/^(?=.)/gm, "  ");
    return {
      open: (first) => {
        const fields = Object.keys(first.json).length === 0 ? "" : write(first.json);
        return `${fields}${first.list.name}:\n${rowsOf(first)}`;
      },
      append: rowsOf,
      close: (cut) => (cut ? write(cutJson(cut)) : ""),
    };
  },
  csv: () => {
    const lines = (rows: TableRows) => toCsv([...rows].map(csvCells));
    return {
      open: ({ table: { head, rows } }) => lines([head, ...rows]),
      append: ({ table }) => lines(table.rows),
      close: () => "",
    };
  },
  table: (terminal) => {
    let drawing: TableDrawing | undefined;
    const legend = new Set<string>();
    const append = async ({ table, legend: ofPart }: ListPart) => {
      drawing ??= new TableDrawing(table, terminal);
      for (const line of ofPart?.(terminal.style) ?? []) legend.add(line);
      return `${(await drawing.lines(table.rows)).join("\n")}\n`;
    };
    return { open: append, append, close: () => wholeText(textBelow(legend, drawing?.leftOut() ?? [], terminal)) };
  },
};
