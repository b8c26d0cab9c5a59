/** Reads NDJSON: a header, one row a line, and a last line with the number of rows, which reveals a cut file. */
import { wrong } from "../errors.ts";
import type { FileInput } from "./file-input.ts";
import { parseJson } from "./json.ts";
import { readParts } from "./lines.ts";

/** Reads lines of JSON as `[line, value]` pairs; empty lines are skipped. @throws RbacError (exit 2). */
export function readNdjson(name: string, text: string): FileInput {
  const rows: [line: number, value: unknown][] = [];
  text.split("\n").forEach((line, at) => {
    if (line.trim() !== "") rows.push([at + 1, flatRow(line) ?? parseJson(name, line.trim(), at + 1)]);
  });
  requireEnd(name, rows.at(-1), rows.length - 2);
  return {
    name,
    form: "rows",
    value: rows.slice(0, -1),
    locate: ([at]) => ({ line: rows[Number(at)]?.[0] ?? 1, column: 1 }),
    closed: true,
  };
}

/** Refuses a file whose last line does not count its rows: it was cut. @throws RbacError `INPUT_CUT` (exit 2). */
function requireEnd(name: string, [line, last]: readonly [number, unknown] = [1, undefined], facts: number): void {
  const end = endOf(last);
  if (end === facts) return;
  const message =
    end === undefined
      ? `the last line must be {"end":${facts + 1}}: this file was cut`
      : `the end counts ${String(end)} rows, here are ${facts}`;
  const problems = [{ file: name, line, column: 1, code: "INPUT_CUT" as const, message }];
  throw wrong("INPUT_CUT", `${name}:${line}:1: ${message}`, { problems });
}

const endOf = (row: unknown): unknown =>
  typeof row === "object" && row !== null && Object.keys(row).join() === "end"
    ? (row as { readonly end: unknown }).end
    : undefined;

/** Some rows of a file, in order. The first row of the first part is the header. */
type RowsPart = readonly (readonly [line: number, value: unknown])[];

/**
 * A file that is too large for memory: each call of `value` reads its rows from the start, part by part.
 * @throws RbacError `INPUT_CUT` (exit 2) while reading, after the last row.
 */
export function streamNdjson(name: string): FileInput {
  return {
    name,
    form: "rowStream",
    value: () => rowsByPart(name),
    locate: ([line]) => ({ line: Number(line), column: 1 }),
    closed: true,
  };
}

function* rowsByPart(name: string): Iterable<RowsPart> {
  let line = 0;
  let count = 0;
  let last: readonly [number, unknown] | undefined;
  for (const lines of readParts(name)) {
    const rows: (readonly [number, unknown])[] = last ? [last] : [];
    for (const text of lines) {
      line += 1;
      if (text.trim() !== "") rows.push([line, flatRow(text) ?? parseJson(name, text.trim(), line)]);
    }
    last = rows.pop(); // Kept back: the last line of the file is the count, not a row.
    count += rows.length;
    if (rows.length > 0) yield rows;
  }
  requireEnd(name, last, count - 1);
}

/**
 * A fast path for nearly every line of a long file: a flat object without escapes that has as many keys as the text has
 * ends of keys has no duplicate key. Returns `undefined` for any other line, which then needs `parseJson`.
 */
function flatRow(line: string): object | undefined {
  if (line.includes("\\")) return undefined;
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row !== "object" || row === null) return undefined;
    const values = Object.values(row);
    for (const value of values) if (typeof value === "object" && value !== null) return undefined;
    return values.length === endsOfKeys(line) ? row : undefined;
  } catch {
    return undefined;
  }
}

const QUOTE = '"'.charCodeAt(0);
const SPACE = " ".charCodeAt(0);

/** The number of colons that follow a quote, with only space between: one for each key, and maybe some in strings. */
function endsOfKeys(line: string): number {
  let count = 0;
  for (let colon = line.indexOf(":"); colon >= 0; colon = line.indexOf(":", colon + 1)) {
    let at = colon - 1;
    while (line.charCodeAt(at) <= SPACE) at -= 1;
    if (line.charCodeAt(at) === QUOTE) count += 1;
  }
  return count;
}
