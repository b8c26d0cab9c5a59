/** Questions as lines of a batch: NDJSON in the words of a decision. */
import { RbacError, wrong } from "../errors.ts";
import type { Question } from "./decide.ts";
import { parseName, parsePermission, quote } from "./names.ts";
import { parseScope } from "./scopes.ts";
import { nearest } from "./suggest.ts";
import { parseAsked } from "./times.ts";

export interface Asked {
  /** The question, or why it cannot be one. */
  readonly question: Question | RbacError;
  /** The revision that the question names in place of a time: its moment is then the question's. */
  readonly revision?: number;
  /** Whatever the asker wants to know the answer by. */
  readonly id: unknown;
  readonly expect: boolean | undefined;
}

const KEYS = ["user", "permission", "scope", "owner", "at", "id", "expect", "activate", "assume"];

/** Reads a batch, one question a line; empty lines are passed over. @throws RbacError `BATCH_EMPTY` (exit 2). */
export function readBatch(text: string, now: string): Asked[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw wrong("BATCH_EMPTY", "the batch is empty, and nothing asked is nothing answered");
  return lines.map((line) => readLine(line, now));
}

function readLine(line: string, now: string): Asked {
  let id: unknown;
  try {
    const value: unknown = parsed(line);
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw wrong("LINE_INVALID", "a line must be a JSON object");
    const fields = value as Readonly<Record<string, unknown>>;
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

function questionOf(fields: Readonly<Record<string, unknown>>, now: string): Pick<Asked, "question" | "revision"> {
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
