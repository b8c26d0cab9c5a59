/** Reads CSV: assignments, one a line, for lists that come from a spreadsheet. */
import { parse } from "csv-parse/sync";
import { wrong } from "../errors.ts";
import type { FileInput } from "./file-input.ts";
import { readParts } from "./lines.ts";

/** A record: the line that it ends on, and its cells. */
type Row = readonly [line: number, cells: readonly string[]];

/** The longest record in characters, as the longest line of NDJSON is. */
const LONGEST_RECORD = 1 << 20;

/** How the text is read; a file from another country may have another `delimiter`. */
const READING = { relax_column_count: true, skip_empty_lines: true, max_record_size: LONGEST_RECORD };

/**
 * Reads records as `[line, cells]` pairs, the header first. Spreadsheets of some countries write `;` or tabs between
 * cells: so it is where the first line has one of these and no comma.
 * @throws RbacError `SYNTAX_INVALID` (exit 2) with its line.
 */
export function readCsv(name: string, text: string): FileInput {
  const separator = separatorIn(text);
  const rows = parseRows(name, text, separator);
  let raw: readonly string[] | undefined; // Only the place of a fault needs it: it is as large as the file once more.
  return {
    name,
    form: "records",
    value: rows,
    locate: ([at, cell]) => {
      const [line] = rows[Number(at)] ?? [1];
      raw ??= rawRecords(text, separator);
      return { line, column: columnOf(raw[Number(at)] ?? "", separator, Number(cell ?? 0)) };
    },
    closed: false,
  };
}

/** What stands between the cells of the first line. */
function separatorIn(text: string): string {
  const [head = ""] = /\S.*/.exec(text) ?? [];
  return [",", ";", "\t"].find((sign) => head.includes(sign)) ?? ",";
}

/**
 * A file that is too large for memory: each call of `value` reads its records from the start, part by part.
 * @throws RbacError `SYNTAX_INVALID` (exit 2) while reading, with its line.
 */
export const streamCsv = (name: string): FileInput => ({
  name,
  form: "recordStream",
  value: () => recordsByPart(name),
  locate: ([line]) => ({ line: Number(line), column: 1 }),
  closed: false,
});

/** Parts end where a line ends outside of quotes: there the number of quotes is even. */
function* recordsByPart(name: string): Generator<Row[], void> {
  let separator: string | undefined;
  let [before, size, isQuoted] = [0, 0, false];
  let pending: string[] = [];
  const parsed = (end: "\n" | ""): Row[] => {
    const text = pending.join("\n") + end;
    separator ??= separatorIn(text);
    const rows = parseRows(name, text, separator, before);
    [before, size, pending] = [before + pending.length, 0, []];
    return rows;
  };
  for (const lines of readParts(name)) {
    for (const line of lines) {
      pending.push(line);
      size += line.length;
      for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) isQuoted = !isQuoted;
      if (!isQuoted && size > PART_SIZE) yield parsed("\n");
      if (isQuoted && size > PART_SIZE + LONGEST_RECORD) yield parsed("\n"); // It tells what is wrong.
    }
  }
  yield parsed("");
}

/** In characters. */
const PART_SIZE = 1 << 20;

/** The text of each record as it stands in the file. */
function rawRecords(text: string, delimiter: string): string[] {
  const onRecord = (_: unknown, { raw }: { readonly raw: string }): string => raw;
  const options: object = { ...READING, delimiter, raw: true, info: true, on_record: onRecord };
  return parse(text, options) as unknown as string[];
}

/** The column at which a cell begins. */
function columnOf(raw: string, separator: string, cell: number): number {
  let [seen, isQuoted] = [0, false];
  for (let at = 0; at < raw.length && seen < cell; at++) {
    if (raw[at] === '"') isQuoted = !isQuoted;
    if (raw[at] !== separator || isQuoted) continue;
    seen += 1;
    if (seen === cell) return at + 2;
  }
  return 1;
}

/** What is wrong, by the code of the parser. */
const FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'this is not CSV: a quote is opened here, and no " closes it',
  CSV_MAX_RECORD_SIZE: `this row of CSV has more than ${LONGEST_RECORD} characters: is a quote missing?`,
};
const INNER_QUOTE = 'this is not CSV: a " stands inside of a cell: put the cell between quotes, and write the " twice';

/** @param before the number of lines before the text */
function parseRows(name: string, text: string, delimiter: string, before = 0): Row[] {
  try {
    const onRecord = (cells: string[], { lines }: { readonly lines: number }): Row => [
      before + lines,
      cells.map(withoutFormulaQuote),
    ];
    const options: object = { ...READING, delimiter, on_record: onRecord };
    return parse(text, options) as unknown as Row[]; // Its types do not know that a record may become something else.
  } catch (cause) {
    const { code = "", lines = 1 } = cause as { code?: string; lines?: number };
    const isOpen = code === "CSV_QUOTE_NOT_CLOSED";
    const linesToQuote = isOpen ? text.slice(0, openQuote(text)).split(/\r\n|\n|\r/) : [];
    const line = before + (isOpen ? linesToQuote.length : lines);
    const column = (linesToQuote.at(-1)?.length ?? 0) + 1;
    const message = FAULTS[code] ?? INNER_QUOTE;
    throw wrong("SYNTAX_INVALID", `${name}:${line}:${column}: ${message}`, {
      problems: [{ file: name, line, column, code: "SYNTAX_INVALID", message }],
      cause,
    });
  }
}

/** Where the quote stands that nothing closes. */
function openQuote(text: string): number {
  let open = -1;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    if (open < 0) open = at;
    else if (text[at + 1] === '"') at += 1;
    else open = -1;
  }
  return open;
}

/** The cell without the leading quote that keeps a spreadsheet from running it as a formula. */
const withoutFormulaQuote = (cell: string): string => cell.replace(/^'(?='*[=+\-@\t\r])/, "");
