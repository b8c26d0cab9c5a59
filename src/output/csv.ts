/** Writes CSV as RFC 4180 defines it, with no cell that a spreadsheet would run as a formula. */
import { sanitize } from "./sanitize.ts";

/** Characters that make a spreadsheet evaluate a cell; a leading quote makes the cell text (OWASP, "CSV Injection"). */
const FORMULA = /^'*[=+\-@\t\r]/;

/** TableRows as CSV lines. The caller passes the head as the first row. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");

function csvCell(text: string): string {
  const inert = sanitize(FORMULA.test(text) ? `'${text}` : text);
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
