/** The one error of the project: a message for people, a code for scripts, and the exit code of the process. */

/** Exit codes, the same in every output mode. Only an answer sets `no`; a crash must never read as "denied". */
export const EXIT = { yes: 0, no: 1, wrong: 2, refused: 3, unavailable: 4, bug: 70, interrupted: 130 } as const;

/** One fault of an input file. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
}

/** A constraint that does not hold: for whom, where, from when on, and by which roles. A `null` scope is the root. */
export interface Violation {
  readonly constraint: string;
  readonly users: readonly string[];
  readonly scope: string | null;
  /** RFC 3339 UTC with milliseconds. */
  readonly at: string;
  readonly roles: readonly string[];
}

export interface ErrorDetails {
  /** Nearest known names, best first. */
  readonly suggestions?: readonly string[];
  readonly problems?: readonly Problem[];
  readonly violations?: readonly Violation[];
  /** True where the same call may succeed later, unchanged. */
  readonly retry?: boolean;
  readonly cause?: unknown;
}

export class RbacError extends Error {
  readonly code: string;
  readonly exitCode: number;
  readonly suggestions: readonly string[];
  readonly problems: readonly Problem[];
  readonly violations: readonly Violation[];
  readonly retry: boolean;

  constructor(exitCode: number, code: string, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "RbacError";
    this.code = code;
    this.exitCode = exitCode;
    this.suggestions = details.suggestions ?? [];
    this.problems = details.problems ?? [];
    this.violations = details.violations ?? [];
    this.retry = details.retry ?? false;
  }
}

/** An error after a part of the answer was written: nothing else may be said in its place. */
export class CutShort extends Error {
  constructor(cause: unknown) {
    super("the answer was cut short", { cause });
  }
}

/** What is named by a name: the words of messages and, in capitals, of codes. */
export type Named = "user" | "role" | "permission" | "constraint";

/** A name that nothing in the policy bears. Whoever knows all names fills in the suggestions. */
export class UnknownName extends RbacError {
  readonly named: Named;
  readonly missing: string;

  constructor(named: Named, missing: string, suggestions: readonly string[] = []) {
    super(
      EXIT.wrong,
      `${named.toUpperCase()}_NOT_FOUND`,
      `there is no ${named} "${missing}"${didYouMean(suggestions)}`,
      {
        suggestions,
      },
    );
    this.named = named;
    this.missing = missing;
  }
}

/** The question could not be read or resolved: exit 2. */
export const wrong = (code: string, message: string, details?: ErrorDetails): RbacError =>
  new RbacError(EXIT.wrong, code, message, details);

/** The change was understood and makes a policy that is not allowed, or lacks a confirmation: exit 3. */
export const refused = (code: string, message: string, details?: ErrorDetails): RbacError =>
  new RbacError(EXIT.refused, code, message, details);

/** The database cannot serve: exit 4. */
export const unavailable = (code: string, message: string, details?: ErrorDetails): RbacError =>
  new RbacError(EXIT.unavailable, code, message, details);

/** The tail of a message that offers the nearest names; empty when there are none. */
export function didYouMean(names: readonly string[]): string {
  if (names.length === 0) return "";
  return `; did you mean ${names.map((name) => `"${name}"`).join(" or ")}?`;
}
