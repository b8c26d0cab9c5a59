/** Reads logs of decisions line by line: any number of files, of any length, which may still be written. */
import { wrong } from "../../errors.ts";
import { inputName } from "../../files/bytes.ts";
import { readParts } from "../../files/lines.ts";
import type { OnProgress } from "../../progress.ts";
import { type DecisionLine, LINE_VERSION } from "../line.ts";

/** A line of a log, and where it stands. */
export interface PlacedLine {
  readonly line: DecisionLine;
  readonly file: string;
  /** From 1. */
  readonly number: number;
}

/** What was read, beside the lines themselves. */
export interface LogCounts {
  /** Decisions that have a line. */
  read: number;
  /** Decisions of which the log says that they have none. */
  dropped: number;
  /** Lines that were cut: by an end that is still being written, a crash, or a full disk. */
  cut: number;
}

/**
 * The decisions of some logs, each file from its beginning to its end; `-` is standard input.
 * @param counts is counted up
 * @throws RbacError `LINE_INVALID` (exit 2), with file and line, for what is no line of a log.
 */
export function* readLogs(
  paths: readonly string[],
  counts: LogCounts,
  onProgress: OnProgress = () => {},
): Generator<PlacedLine, void> {
  for (const path of paths) {
    let number = 0;
    for (const lines of readParts(path, { mayBeCut: true })) {
      for (const text of lines) {
        number += 1;
        if (text === "") continue;
        const line = readLine(text, inputName(path), number, counts);
        if (!line) continue;
        counts.read += 1;
        yield { line, file: inputName(path), number };
      }
      onProgress({ step: `reading ${inputName(path)}`, unit: "rows", done: number });
    }
  }
}

/** The decision of a line; `undefined` where it has none: a count of what was dropped, or what is left of a cut line. */
function readLine(text: string, file: string, number: number, counts: LogCounts): DecisionLine | undefined {
  const fail = (message: string) => invalidLine(file, number, message);
  const value = parsed(text, counts, fail);
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fail("this is no object");
  const line = value as { readonly [key: string]: unknown };
  if (line.v !== LINE_VERSION) throw fail(versionFault(line.v));
  if (line.dropped !== undefined) {
    if (!Number.isSafeInteger(line.dropped) || Number(line.dropped) < 0) throw fail("dropped must be a count");
    counts.dropped += Number(line.dropped);
    return undefined;
  }
  const fault = faultOf(line);
  if (fault) throw fail(fault);
  return line as unknown as DecisionLine;
}

const versionFault = (version: unknown): string =>
  Number(version) > LINE_VERSION
    ? `this line is of version ${String(version)}, which is newer than this program`
    : "this is no line of a decision log";

/**
 * What a text of JSON says. Of a line that was cut, and behind which another process went on, what stands behind it.
 * @returns `undefined` for a line that only was cut
 */
function parsed(text: string, counts: LogCounts, fail: (message: string) => Error): unknown {
  const value = jsonOf(text);
  if (value !== undefined) return value;
  if (!text.startsWith(BEGINNING.slice(0, text.length))) throw fail("this is not JSON");
  for (let at = text.indexOf(BEGINNING, 1); at > 0; at = text.indexOf(BEGINNING, at + 1)) {
    const rest = jsonOf(text.slice(at));
    if (rest === undefined) continue;
    counts.cut += 1;
    return rest;
  }
  if (!isOpen(text)) throw fail("this is not JSON");
  counts.cut += 1;
  return undefined;
}

const BEGINNING = `{"v":${LINE_VERSION},`;

/** @returns `undefined` for what is not JSON, which no JSON says */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for the beginning of an object that does not end. */
function isOpen(text: string): boolean {
  let [depth, inText] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (inText && mark === "\\") at += 1;
    else if (mark === '"') inText = !inText;
    else if (!inText && (mark === "{" || mark === "[")) depth += 1;
    else if (!inText && (mark === "}" || mark === "]")) depth -= 1;
  }
  return depth > 0;
}

const isText = (value: unknown): boolean => typeof value === "string";
const isTime = (value: unknown): boolean => isText(value) && TIME.test(String(value));
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What each field must be, where it is there. */
const FIELDS: readonly (readonly [string, (value: unknown) => boolean, string])[] = [
  ["for", isTime, "a time"],
  ["permission", isText, "text"],
  ["role", isText, "text"],
  ["on", isText, "text"],
  ["owner", isText, "text"],
  ["activate", areTexts, "a list of texts"],
  ["assume", areTexts, "a list of texts"],
  ["given", areTexts, "a list of texts"],
  ["values", isObject, "an object"],
  ["share", (value) => typeof value === "number" && value >= 0 && value <= 1, "a number from 0 to 1"],
];

function faultOf(line: { readonly [key: string]: unknown }): string | undefined {
  if (!isTime(line.at)) return "at must be a time such as 2027-01-31T09:00:00.000Z";
  if (line.user !== null && !isText(line.user)) return "user must be text or null";
  if (line.db !== null && !isText(line.db)) return "db must be text or null";
  if (line.revision !== null && !Number.isSafeInteger(line.revision)) return "revision must be a number or null";
  if (isText(line.permission) === isText(line.role)) return "a line asks for a permission or for a role";
  if (typeof line.decision !== "boolean" && !isText(line.error)) return "a line has a decision or an error";
  for (const [name, isRight, words] of FIELDS)
    if (line[name] !== undefined && !isRight(line[name])) return `${name} must be ${words}`;
  return undefined;
}

/** The error for a line of a log that cannot be read. */
export const invalidLine = (file: string, line: number, message: string): Error =>
  faultyLine("LINE_INVALID", file, line, message);

/** The error for a line that another database answered. @param id of this one; `null` while it is empty */
export const otherDatabase = (file: string, line: number, other: string, id: string | null): Error =>
  faultyLine("OTHER_DATABASE", file, line, `this was asked of the database ${other}, and this one is ${id ?? "empty"}`);

function faultyLine(code: "LINE_INVALID" | "OTHER_DATABASE", file: string, line: number, message: string): Error {
  return wrong(code, `${file}:${line}:1: ${message}`, { problems: [{ file, line, column: 1, code, message }] });
}
