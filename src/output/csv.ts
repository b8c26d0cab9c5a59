/** CSV as RFC 4180 has it, with no cell that a spreadsheet would take for a formula. */
import { clean } from "./clean.ts";

/** Characters that make a spreadsheet evaluate a cell; a leading quote makes it text (OWASP, "CSV Injection"). */
const FORMULA = /^'*[=+\-@\t\r]/;

export function toCsv(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(text: string): string {
  const safe = clean(FORMULA.test(text) ? `'${text}` : text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
