/** Questions as lines of a batch: NDJSON in the words of a decision, or cells between tabs under the same words. */
import { RbacError, wrong } from "../../errors.ts";
import { nearest } from "../model/name-suggestions.ts";
import { parseName, parsePermission, quote } from "../model/names.ts";
import { parseScope } from "../model/scopes.ts";
import { parseAsked } from "../model/times.ts";
import type { Question } from "./decide.ts";

export interface BatchQuestion {
  /** The question, or why it cannot be one. */
  readonly question: Question | RbacError;
  /** The revision that the question names in place of a time: its moment is then the question's. */
  readonly revision?: number;
  /** Whatever the asker wants to know the answer by. */
  readonly id: unknown;
  readonly expect: boolean | undefined;
}

const COLUMNS = ["user", "permission", "scope", "owner", "at", "id", "expect"];
const KEYS = [...COLUMNS, "activate", "assume"];

/**
 * Reads a batch that comes part by part, one question a line; empty lines are passed over. A first line that is no JSON and has a tab
 * names the columns of all that follow. @throws RbacError `BATCH_EMPTY`, `KEY_UNKNOWN` for such a column (exit 2).
 */
export function* readBatch(parts: Iterable<readonly string[]>, now: string): Iterable<BatchQuestion[]> {
  let fieldsIn: FieldsIn | undefined;
  let count = 0;
  for (const part of parts) {
    const lines = part.filter((line) => line.trim() !== "");
    if (!fieldsIn && lines[0] !== undefined) {
      const columns = columnsIn(lines[0]);
      fieldsIn = columns ? (line) => cellsIn(line, columns) : objectIn;
      if (columns) lines.shift();
    }
    const reader = fieldsIn ?? objectIn;
    count += lines.length;
    if (lines.length > 0) yield lines.map((line) => readLine(line, now, reader));
  }
  if (count === 0) throw wrong("BATCH_EMPTY", "the batch is empty, and nothing asked is nothing answered");
}

type Fields = Readonly<Record<string, unknown>>;
type FieldsIn = (line: string) => Fields;

/** The columns that a first line names, where it does. */
function columnsIn(line: string): readonly string[] | undefined {
  if (!line.includes("\t") || line.trimStart().startsWith("{")) return undefined;
  const columns = cells(line);
  const odd = columns.find((column, at) => !COLUMNS.includes(column) || columns.indexOf(column) !== at);
  if (odd === undefined) return columns;
  const suggestions = nearest(odd, COLUMNS);
  throw wrong("KEY_UNKNOWN", `the first line names the columns: ${COLUMNS.join(", ")}, each once, not ${quote(odd)}`, {
    suggestions,
  });
}

function cellsIn(line: string, columns: readonly string[]): Fields {
  const values = cells(line);
  if (values.length !== columns.length)
    throw wrong("LINE_INVALID", `${values.length} cells where the first line names ${columns.length}`);
  return Object.fromEntries(columns.flatMap((column, at) => (values[at] === "" ? [] : [[column, values[at]]])));
}

const cells = (line: string): string[] => line.replace(/\r$/, "").split("\t");

function objectIn(line: string): Fields {
  const value: unknown = parsed(line);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong("LINE_INVALID", "a line must be a JSON object");
}

function readLine(line: string, now: string, fieldsIn: FieldsIn): BatchQuestion {
  let id: unknown;
  try {
    const fields = fieldsIn(line);
    id = idOf(fields.id);
    return { ...questionOf(fields, now), id, expect: expectOf(fields.expect) };
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    return { question: error, id, expect: undefined };
  }
}

/** It is written back as it came, so it must be something that can be: a value nested without end cannot. */
function idOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  throw wrong("VALUE_INVALID", "id is text or a number");
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw wrong("LINE_INVALID", `${quote(line)} is not JSON`, { cause });
  }
}

function questionOf(fields: Fields, now: string): Pick<BatchQuestion, "question" | "revision"> {
  const odd = Object.keys(fields).find((key) => !KEYS.includes(key));
  if (odd !== undefined) {
    const suggestions = nearest(odd, KEYS);
    throw wrong("KEY_UNKNOWN", `unknown key ${quote(odd)}; known are ${KEYS.join(", ")}`, { suggestions });
  }
  const text = <T>(key: string, read: (text: string) => T) => {
    const value = fields[key];
    if (value === undefined || value === null) return null;
    if (typeof value !== "string") throw wrong("VALUE_INVALID", `${key} must be text`);
    return read(value);
  };
  const names = (key: string) => {
    const value = fields[key] ?? [];
    if (Array.isArray(value) && value.every((name) => typeof name === "string")) return value.map(parseName);
    throw wrong("VALUE_INVALID", `${key} must be a list of roles`);
  };
  const permission = text("permission", parsePermission);
  const user = text("user", parseName);
  const assume = names("assume");
  if (permission === null) throw wrong("KEY_MISSING", "a question needs a permission");
  if (user === null && assume.length === 0) throw wrong("KEY_MISSING", "a question needs a user");
  const moment = text("at", (asked) => parseAsked(asked, now)) ?? { at: now };
  const question = {
    user,
    permission,
    owner: text("owner", parseName),
    scope: text("scope", parseScope),
    at: "at" in moment ? moment.at : now,
    activate: names("activate"),
    assume,
  };
  return { question, ...("revision" in moment && moment) };
}

function expectOf(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === true || value === "yes") return true;
  if (value === false || value === "no") return false;
  throw wrong("VALUE_INVALID", "expect is yes or no");
}
