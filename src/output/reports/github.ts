/** What failed, as commands to GitHub Actions, which shows each beside its line in a pull request. */
import { sanitize } from "../sanitize.ts";
import type { Report, ReportCase } from "./report.ts";

/** @returns a line for each case that failed; empty where none did */
export function github({ title, cases }: Report): string {
  return cases.flatMap((one) => (one.failure === undefined ? [] : [`${annotation(one, title)}\n`])).join("");
}

function annotation(one: ReportCase, title: string): string {
  const { file, line, column, name, failure = "", level = "error", isError } = one;
  const properties = Object.entries({ file, line, col: column, title }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${property(sanitize(String(value)))}`],
  );
  return `::${level} ${properties.join(",")}::${data(isError ? failure : `${name}: ${failure}`)}`;
}

/** The runner undoes these, and reads a line end that is not escaped as the end of the command. */
const data = (text: string): string => text.replace(/[%\r\n]/g, encodeURIComponent);

const property = (text: string): string => data(text).replace(/[:,]/g, encodeURIComponent);
