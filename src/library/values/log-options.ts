/** How decisions are logged: the options of `open` and of a question, as types and read. */
import type { AnswerSort, LogOptions } from "../../decisions/decision-log.ts";
import { wrong } from "../../errors.ts";
import { readGiven } from "../../policy/conditions/read-given.ts";
import { quote } from "../../policy/model/names.ts";
import { invalid, objectOf, textOf, textsOf } from "./plain-values.ts";

/** A share of the decisions, from 0 to 1: `{ sample: 0.01 }` is one in a hundred. */
interface Sample {
  readonly sample: number;
}

/** Which decisions are logged. */
type LogOnly = "deny" | "error" | Sample;

/** A log of decisions. */
export interface DecisionLogOptions {
  /** The file that lines are appended to; it is made where it is missing, for its owner alone. */
  readonly file: string;
  /**
   * Only those that are refused, only questions without an answer, or a share of all; of several, what any of them
   * says. By default every decision.
   */
  readonly only?: LogOnly | readonly LogOnly[];
  /** The attributes whose values are logged: `resource.status`. By default only the names of all. */
  readonly logGiven?: string | readonly string[];
  /**
   * What becomes of an answer whose line cannot be written: `drop` gives it, and counts it in `dropped`; `deny` gives
   * an error instead (exit 4). By default `drop`.
   */
  readonly full?: "drop" | "deny";
}

/** How one question is logged. Without a log it says nothing. */
export interface LoggingOptions {
  /** What the caller calls the request, so that other logs can be joined; what is longer than 128 characters is cut. */
  readonly requestId?: string;
  /** False to leave it out of the log; `later` to log it by `decisions.keep(answer)`, if at all. By default true. */
  readonly log?: boolean | "later";
}
export const LOGGING = ["requestId", "log"] as const;

/** @throws RbacError `VALUE_INVALID` (exit 2). */
export function loggingOf(what: string, value: unknown): boolean | "later" {
  if (typeof value !== "boolean" && value !== "later") throw invalid(what, 'true, false or "later"', value);
  return value;
}

const READERS = {
  file: textOf,
  only: sharesOf,
  logGiven: (what: string, value: unknown) => new Set(textsOf(what, value).map(attributeOf)),
  full: fullOf,
} as const;

const ALL: LogOptions["shares"] = { allow: 1, deny: 1, error: 1 };

/** @throws RbacError (exit 2). */
export function logOptionsOf(value: unknown): LogOptions {
  const { file, only = ALL, logGiven = new Set<string>(), full = "drop" } = objectOf("decisions", value, READERS);
  if (file === undefined) throw wrong("USAGE", 'say where decisions are logged: decisions: { file: "…" }');
  return { file, shares: only, logGiven, full };
}

function sharesOf(what: string, value: unknown): LogOptions["shares"] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw wrong("VALUE_EMPTY", `${what} is an empty list: leave it out or say something`);
  const shares: Record<AnswerSort, number> = { allow: 0, deny: 0, error: 0 };
  for (const one of list) {
    if (one === "deny" || one === "error") shares[one] = 1;
    else {
      const { sample } = objectOf(what, one, { sample: shareOf });
      if (sample === undefined) throw wrong("USAGE", `say how many of ${what}: { sample: 0.01 }`);
      for (const outcome of ["allow", "deny", "error"] as const) shares[outcome] = Math.max(shares[outcome], sample);
    }
  }
  return shares;
}

function shareOf(what: string, value: unknown): number {
  if (typeof value !== "number" || !(value > 0 && value <= 1)) throw invalid(what, "a number above 0, up to 1", value);
  return value;
}

function fullOf(what: string, value: unknown): "drop" | "deny" {
  if (value === "drop" || value === "deny") return value;
  throw wrong("VALUE_INVALID", `${what} must be "drop" or "deny"`);
}

/** The path of an attribute: what could be given. */
function attributeOf(path: string): string {
  if (!path.includes(".")) throw wrong("VALUE_INVALID", `${quote(path)} is no attribute: name one, as resource.status`);
  readGiven({ [path]: null });
  return path;
}
