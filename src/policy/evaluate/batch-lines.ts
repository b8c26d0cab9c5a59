/** Reads the questions of a batch, one a line: NDJSON objects, or tab-separated cells below a line of column names. */
import { RbacError, wrong } from "../../errors.ts";
import { readGiven } from "../conditions/read-given.ts";
import { nearest } from "../model/name-suggestions.ts";
import { parseName, quote } from "../model/names.ts";
import { parsePermission } from "../model/permissions.ts";
import { parseScope } from "../model/scopes.ts";
import { parseAsked } from "../model/times.ts";
import type { Question } from "./decide.ts";

export interface BatchQuestion {
  /** The question, or the error in its line. */
  readonly question: Question | RbacError;
  /** The revision that the line names in place of a time; the question is then about the time of that revision. */
  readonly revision?: number;
  /** Text or number by which the asker recognizes the answer; it is returned unchanged. */
  readonly id: unknown;
  readonly expect: boolean | undefined;
}

const COLUMNS = ["user", "permission", "scope", "owner", "at", "given", "id", "expect"];
const KEYS = [...COLUMNS, "activate", "assume"];

/**
 * Reads a batch that arrives in parts, one question a line; empty lines are skipped. If the first line has a tab and
 * does not begin with `{`, it names the columns of all other lines; a cell of `given` is JSON. A faulty line becomes an
 * error in its place.
 * @throws RbacError `BATCH_EMPTY`, `KEY_UNKNOWN` for an unknown or repeated column (exit 2).
 */
export function* readBatch(parts: Iterable<readonly string[]>, now: string): Iterable<BatchQuestion[]> {
  let detectedReader: FieldReader | undefined;
  let count = 0;
  for (const part of parts) {
    const lines = part.filter((line) => line.trim() !== "");
    if (!detectedReader && lines[0] !== undefined) {
      const columns = headerColumns(lines[0]);
      detectedReader = columns ? (line) => fieldsFromCells(line, columns) : fieldsFromJson;
      if (columns) lines.shift();
    }
    const reader = detectedReader ?? fieldsFromJson;
    count += lines.length;
    if (lines.length > 0) yield lines.map((line) => readLine(line, now, reader));
  }
  if (count === 0) throw wrong("BATCH_EMPTY", "the batch is empty, and nothing asked is nothing answered");
}

type Fields = Readonly<Record<string, unknown>>;
type FieldReader = (line: string) => Fields;

/** The columns that the first line names; `undefined` if it is JSON. */
function headerColumns(line: string): readonly string[] | undefined {
  if (!line.includes("\t") || line.trimStart().startsWith("{")) return undefined;
  const columns = splitCells(line);
  const invalid = columns.find((column, index) => !COLUMNS.includes(column) || columns.indexOf(column) !== index);
  if (invalid === undefined) return columns;
  const suggestions = nearest(invalid, COLUMNS);
  throw wrong(
    "KEY_UNKNOWN",
    `the first line names the columns: ${COLUMNS.join(", ")}, each once, not ${quote(invalid)}`,
    {
      suggestions,
    },
  );
}

function fieldsFromCells(line: string, columns: readonly string[]): Fields {
  const values = splitCells(line);
  if (values.length !== columns.length)
    throw wrong("LINE_INVALID", `${values.length} cells where the first line names ${columns.length}`);
  const cellOf = (column: string, text: string) => (column === "given" ? jsonOrText(text) : text);
  return Object.fromEntries(
    columns.flatMap((column, index) => (values[index] ? [[column, cellOf(column, values[index])]] : [])),
  );
}

/** A text that is no JSON is refused where attributes are read: there the line has its id. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const splitCells = (line: string): string[] => line.replace(/\r$/, "").split("\t");

function fieldsFromJson(line: string): Fields {
  const value: unknown = parseJsonLine(line);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong("LINE_INVALID", "a line must be a JSON object");
}

function readLine(line: string, now: string, readFields: FieldReader): BatchQuestion {
  let id: unknown;
  try {
    const fields = readFields(line);
    id = readId(fields.id);
    return { ...readQuestion(fields, now), id, expect: readExpect(fields.expect) };
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    return { question: error, id, expect: undefined };
  }
}

/** The id is written back unchanged, so only plain values are accepted: a deeply nested one could not be written. */
function readId(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  throw wrong("VALUE_INVALID", "id is text or a number");
}

function parseJsonLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw wrong("LINE_INVALID", `${quote(line)} is not JSON`, { cause });
  }
}

function readQuestion(fields: Fields, now: string): Pick<BatchQuestion, "question" | "revision"> {
  const unknownKey = Object.keys(fields).find((key) => !KEYS.includes(key));
  if (unknownKey !== undefined) {
    const suggestions = nearest(unknownKey, KEYS);
    throw wrong("KEY_UNKNOWN", `unknown key ${quote(unknownKey)}; known are ${KEYS.join(", ")}`, { suggestions });
  }
  const textField = <T>(key: string, read: (text: string) => T) => {
    const value = fields[key];
    if (value === undefined || value === null) return null;
    if (typeof value !== "string") throw wrong("VALUE_INVALID", `${key} must be text`);
    return read(value);
  };
  const namesField = (key: string) => {
    const value = fields[key] ?? [];
    if (Array.isArray(value) && value.every((name) => typeof name === "string")) return value.map(parseName);
    throw wrong("VALUE_INVALID", `${key} must be a list of roles`);
  };
  const permission = textField("permission", parsePermission);
  const user = textField("user", parseName);
  const assume = namesField("assume");
  if (permission === null) throw wrong("KEY_MISSING", "a question needs a permission");
  if (fields.user === undefined && assume.length === 0)
    throw wrong("KEY_MISSING", "a question needs a user; null is somebody whom nobody knows");
  const moment = textField("at", (text) => parseAsked(text, now)) ?? { at: now };
  const question = {
    user,
    permission,
    owner: textField("owner", parseName),
    scope: textField("scope", parseScope),
    at: "at" in moment ? moment.at : now,
    activate: namesField("activate"),
    assume,
    ...(fields.given !== undefined && fields.given !== null && { given: readGiven(fields.given) }),
  };
  return { question, ...("revision" in moment && moment) };
}

function readExpect(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === true || value === "yes") return true;
  if (value === false || value === "no") return false;
  throw wrong("VALUE_INVALID", "expect is yes or no");
}
