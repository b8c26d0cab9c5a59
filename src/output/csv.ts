/** CSV as RFC 4180 has it, with no cell that a spreadsheet would take for a formula. */
import { sanitize } from "./sanitize.ts";

/** Characters that make a spreadsheet evaluate a cell; a leading quote makes it text (OWASP, "CSV Injection"). */
const FORMULA = /^'*[=+\-@\t\r]/;

/** Rows as lines; the head is the first of them. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");

function cell(text: string): string {
  const safe = sanitize(FORMULA.test(text) ? `'${text}` : text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
