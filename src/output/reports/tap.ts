/** A report in version 14 of the Test Anything Protocol. */
import { sanitize, toJson } from "../sanitize.ts";
import type { Report, ReportCase } from "./report.ts";

/** @returns the lines, with a line end */
export function tap({ cases }: Report): string {
  return ["TAP version 14", `1..${cases.length}`, ...cases.flatMap(linesOf), ""].join("\n");
}

function linesOf({ name, failure, file, line }: ReportCase, at: number): string[] {
  const point = `ok ${at + 1} - ${escaped(name)}`;
  if (failure === undefined) return [point];
  const details = Object.entries({ message: failure, file, line }).filter(([, value]) => value !== undefined);
  // JSON is YAML: no text can end the block, or mean something in it.
  return [`not ${point}`, "  ---", ...details.map(([key, value]) => `  ${key}: ${toJson(value)}`), "  ..."];
}

/** A description ends at a `#` that no backslash stands before. */
const escaped = (text: string): string => sanitize(text).replace(/[\\#]/g, "\\$&");
