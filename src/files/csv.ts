/** Reads CSV: assignments, one a line, for lists that come from a spreadsheet. */
import { parse } from "csv-parse/sync";
import { wrong } from "../errors.ts";
import type { FileInput } from "./file-input.ts";

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
  /** The text of the record as it stands in the file. */
  readonly raw: string;
}

/**
 * Reads records as `[line, cells]` pairs, the header first. Spreadsheets of some countries write `;` or tabs between
 * cells: so it is where the first line has one of these and no comma.
 * @throws RbacError `SYNTAX_INVALID` (exit 2) with its line.
 */
export function readCsv(name: string, text: string): FileInput {
  const [head = ""] = /\S.*/.exec(text) ?? [];
  const separator = [",", ";", "\t"].find((sign) => head.includes(sign)) ?? ",";
  const parsed = parseRecords(name, text, separator);
  return {
    name,
    form: "records",
    value: parsed.map(({ record, info }) => [info.lines, record.map(withoutFormulaQuote)]),
    locate: ([at, cell]) => {
      const found = parsed[Number(at)];
      return { line: found?.info.lines ?? 1, column: columnOf(found?.raw ?? "", separator, Number(cell ?? 0)) };
    },
    closed: false,
  };
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

function parseRecords(name: string, text: string, delimiter: string): ParsedRecord[] {
  try {
    const options = { info: true, raw: true, delimiter, relax_column_count: true, skip_empty_lines: true };
    const records: unknown = parse(text, options);
    return records as ParsedRecord[]; // Its types do not know that `info` and `raw` wrap each record.
  } catch (cause) {
    const { code, lines = 1 } = cause as { code?: string; lines?: number };
    const isOpen = code === "CSV_QUOTE_NOT_CLOSED";
    const before = isOpen ? text.slice(0, openQuote(text)).split(/\r\n|\n|\r/) : [];
    const line = isOpen ? before.length : lines;
    const column = (before.at(-1)?.length ?? 0) + 1;
    const message = isOpen
      ? 'this is not CSV: a quote is opened here, and no " closes it'
      : 'this is not CSV: a " stands inside of a cell: put the cell between quotes, and write the " twice';
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
