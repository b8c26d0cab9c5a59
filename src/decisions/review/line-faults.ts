/** What a line of a log must be, and the errors for what it is not. */
import { wrong } from "../../errors.ts";

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

/** What is wrong with a line, in words. */
export function faultOf(line: { readonly [key: string]: unknown }): string | undefined {
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
