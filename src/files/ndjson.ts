/** NDJSON: a header, one row a line, and a last line that counts them, so that a cut file shows. */
import { wrong } from "../errors.ts";
import type { Input } from "./content.ts";
import { parseJson } from "./json.ts";

/** Reads lines of JSON as `[line, value]` pairs; empty lines are passed over. @throws RbacError (exit 2). */
export function readNdjson(name: string, text: string): Input {
  const rows: [line: number, value: unknown][] = [];
  text.split("\n").forEach((line, at) => {
    if (line.trim() !== "") rows.push([at + 1, flatRow(line) ?? parseJson(name, line.trim(), at + 1)]);
  });
  const last = rows.at(-1)?.[1];
  const end =
    typeof last === "object" && last !== null && Object.keys(last).join() === "end"
      ? (last as { readonly end: unknown }).end
      : undefined;
  const facts = rows.length - 2;
  if (end !== facts) {
    const line = rows.at(-1)?.[0] ?? 1;
    const message =
      end === undefined
        ? `the last line must be {"end":${rows.length - 1}}: this file was cut`
        : `the end counts ${String(end)} rows, here are ${facts}`;
    throw wrong("INPUT_CUT", `${name}:${line}:1: ${message}`, {
      problems: [{ file: name, line, column: 1, code: "INPUT_CUT", message }],
    });
  }
  return {
    name,
    form: "rows",
    value: rows.slice(0, -1),
    locate: ([at]) => ({ line: rows[Number(at)]?.[0] ?? 1, column: 1 }),
    closed: true,
  };
}

/**
 * Nearly every line, and there may be millions: a flat object of as many keys as the text has ends of keys, and none of them
 * escaped, says no key twice and needs no closer look. `undefined` for any other line.
 */
function flatRow(line: string): object | undefined {
  if (line.includes("\\")) return undefined;
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row !== "object" || row === null) return undefined;
    const values = Object.values(row);
    const flat = values.every((value) => typeof value !== "object" || value === null);
    return flat && values.length === line.match(/"\s*:/g)?.length ? row : undefined;
  } catch {
    return undefined;
  }
}
