/** The project's one error class: a message for people, a code for scripts, and the exit code of the process. */
import type { CodeOf, ErrorCode } from "./codes/codes.ts";

export type { CodeOf, ErrorCode };

/** Exit codes, the same in every output mode. Only an answer sets `no`; a crash must never read as "denied". */
export const EXIT = { yes: 0, no: 1, wrong: 2, refused: 3, unavailable: 4, bug: 70, interrupted: 130 } as const;

/** One fault of an input file. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** A broken constraint: the users, the scope (`null` is the root), the time from which it is broken, and the roles. */
export interface Violation {
  readonly constraint: string;
  readonly users: readonly string[];
  readonly scope: string | null;
  /** RFC 3339 UTC with milliseconds. */
  readonly at: string;
  readonly roles: readonly string[];
}

/** One of several things that stand in the way of a change. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * The option of the call that would make it do what was meant, as data, since programs have no flags: its name is that
 * of the library, and `cli/error-words.ts` words it for the command line.
 */
export interface Hint {
  readonly option:
    | "allowComma"
    | "allowConfusable"
    | "auditKey"
    | "breakGlass"
    | "edit"
    | "everyone"
    | "grant"
    | "maxRemovals"
    | "on"
    | "out"
    | "replace";
  /** What to give; `null` for an option to leave out, `undefined` where only the caller knows what. */
  readonly value?: string | boolean | null;
  /** What the option would do, in words that follow "to". */
  readonly purpose?: string;
  /** The names that one name may have been meant as, where each can be given by itself. */
  readonly names?: readonly string[];
  /** For `grant`: the options that name a grant that is there. */
  readonly grant?: {
    readonly on: string | null;
    readonly but: readonly string[];
    readonly when: string | null;
  };
}

export interface ErrorDetails {
  readonly hint?: Hint;
  /** Nearest known names, best first. */
  readonly suggestions?: readonly string[];
  readonly problems?: readonly Problem[];
  readonly violations?: readonly Violation[];
  readonly refusals?: readonly Refusal[];
  /** True where the same call may succeed later, unchanged. */
  readonly retry?: boolean;
  readonly cause?: unknown;
}

/**
 * True for text that was meant as the URL of a server, or that holds a password as such a URL does. As nobody knows
 * where in it the password stands, it may not be repeated at all.
 */
export function looksLikeUrl(given: string): boolean {
  const text = given.replace(/^[a-z]:(?=[\\/])/i, ""); // The letter of a drive.
  return (
    text.includes("://") ||
    isBefore(text, /:|\/\//, "@") ||
    PASSWORD.test(text) ||
    /(postgres|pgsql|jdbc).*?(:|\/\/|@|=)/is.test(text)
  );
}

const PASSWORD = /(pass\w{0,20}|pwd)\s*(=|%3d)/i;

function isBefore(text: string, mark: RegExp, end: string): boolean {
  const start = text.search(mark);
  return start >= 0 && text.includes(end, start);
}

/** A message without what looks like a credential: of a URL that somebody gave where it does not belong. */
export function withoutCredentials(message: string): string {
  const end = message.lastIndexOf("@");
  const start = /(?:\b\w+:)?\/\/|(?:postgres\w*|pgsql|jdbc):?/i.exec(message.slice(0, Math.max(end, 0)));
  const from = start ? start.index + start[0].length : end;
  const shown = message.slice(from, end).includes(":") ? `${message.slice(0, from)}…${message.slice(end)}` : message;
  return shown.replace(/((?:pass\w{0,20}|pwd)\s*(?:=|%3d))\s*["']?[^&\s"']+/gi, "$1…");
}

export class RbacError extends Error {
  readonly code: ErrorCode;
  readonly exitCode: number;
  readonly suggestions: readonly string[];
  readonly problems: readonly Problem[];
  readonly violations: readonly Violation[];
  /** Each thing that stands in the way, where all are told at once. */
  readonly refusals: readonly Refusal[];
  readonly retry: boolean;
  readonly hint: Hint | undefined;

  constructor(exitCode: number, code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(withoutCredentials(message), { cause: details.cause });
    this.name = "RbacError";
    this.code = code;
    this.exitCode = exitCode;
    this.suggestions = details.suggestions ?? [];
    this.problems = (details.problems ?? []).map((problem) => ({
      ...problem,
      message: withoutCredentials(problem.message),
    }));
    this.violations = details.violations ?? [];
    this.refusals = details.refusals ?? [];
    this.retry = details.retry ?? false;
    this.hint = details.hint;
  }
}

/**
 * An error after part of the answer was written. The output cannot be taken back, so no error document may
 * follow it.
 */
export class CutShort extends Error {
  constructor(cause: unknown) {
    super("the answer was cut short", { cause });
  }
}

/** The kinds of things that have names. */
export type Named = "user" | "role" | "permission" | "constraint";

const NOT_FOUND: Readonly<Record<Named, CodeOf<"wrong">>> = {
  user: "USER_NOT_FOUND",
  role: "ROLE_NOT_FOUND",
  permission: "PERMISSION_NOT_FOUND",
  constraint: "CONSTRAINT_NOT_FOUND",
};

/** What more is known of a name that is missing. */
interface MissingName {
  /** What else has the name, where arguments may have been swapped. */
  readonly otherwise?: Named | undefined;
  /** True where a policy of the past does not contain the name. */
  readonly isPast?: boolean;
}

/** A name that the policy does not contain. Code that knows all names adds the suggestions. */
export class UnknownName extends RbacError {
  readonly named: Named;
  readonly missing: string;
  readonly isPast: boolean;

  constructor(named: Named, missing: string, suggestions: readonly string[] = [], more: MissingName = {}) {
    const { otherwise, isPast = false } = more;
    const text = isPast ? `there was no ${named} "${missing}" then` : `there is no ${named} "${missing}"`;
    const other = otherwise ? `; "${missing}" ${isPast ? "was" : "is"} a ${otherwise}` : "";
    super(EXIT.wrong, NOT_FOUND[named], `${text}${other}${didYouMean(suggestions)}`, { suggestions });
    this.named = named;
    this.missing = missing;
    this.isPast = isPast;
  }
}

/** Makes an error for a question that could not be read or resolved: exit 2. */
export const wrong = (code: CodeOf<"wrong">, message: string, details?: ErrorDetails): RbacError =>
  new RbacError(EXIT.wrong, code, message, details);

/** Makes an error for a change that leads to a forbidden policy, or that lacks a confirmation: exit 3. */
export const refused = (code: CodeOf<"refused">, message: string, details?: ErrorDetails): RbacError =>
  new RbacError(EXIT.refused, code, message, details);

/** Makes an error for a database that cannot serve: exit 4. */
export const unavailable = (code: CodeOf<"unavailable">, message: string, details?: ErrorDetails): RbacError =>
  new RbacError(EXIT.unavailable, code, message, details);

/** The end of a message that offers the nearest names; empty for an empty list. */
export function didYouMean(names: readonly string[]): string {
  if (names.length === 0) return "";
  const quoted = names.map((name) => `"${name}"`);
  const [last, before] = [quoted.at(-1), quoted.slice(0, -1).join(", ")];
  return `; did you mean ${before && `${before} or `}${last}?`;
}
