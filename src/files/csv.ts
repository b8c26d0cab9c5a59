/** Reads CSV: assignments, one a line, for lists that come from a spreadsheet. */
import { parse } from "csv-parse/sync";
import { wrong } from "../errors.ts";
import type { FileInput } from "./file-input.ts";

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads records as `[line, cells]` pairs, the header first. @throws RbacError `SYNTAX_INVALID` (exit 2) with its line.
 */
export function readCsv(name: string, text: string): FileInput {
  const records = parseRecords(name, text).map(({ record, info }): [number, string[]] => [
    info.lines,
    record.map(withoutFormulaQuote),
  ]);
  return {
    name,
    form: "records",
    value: records,
    locate: ([at]) => ({ line: records[Number(at)]?.[0] ?? 1, column: 1 }),
    closed: false,
  };
}

function parseRecords(name: string, text: string): ParsedRecord[] {
  try {
    const records: unknown = parse(text, { info: true, relax_column_count: true, skip_empty_lines: true });
    return records as ParsedRecord[]; // Its types do not know that \`info\` wraps each record.
  } catch (cause) {
    const line = Number((cause as { lines?: number }).lines ?? 1);
    const message = "this is not CSV: a quote is open or stands in the wrong place";
    throw wrong("SYNTAX_INVALID", `${name}:${line}:1: ${message}`, {
      problems: [{ file: name, line, column: 1, code: "SYNTAX_INVALID", message }],
      cause,
    });
  }
}

/** The cell without the leading quote that keeps a spreadsheet from running it as a formula. */
const withoutFormulaQuote = (cell: string): string => cell.replace(/^'(?='*[=+\-@\t\r])/, "");
