/** What is answered where something went wrong: never more than whoever asked may know. */
import { RbacError } from "../errors.ts";
import { HttpFault } from "./http/fault.ts";
import type { Route, RouteAnswer } from "./http/route.ts";

/** Seconds after which to ask again while the database is away. */
export const RETRY_AFTER = "1";

export const awayFault = (): HttpFault =>
  new HttpFault(503, "DATABASE_AWAY", "the database does not answer: try again", { "retry-after": RETRY_AFTER });

export interface Told {
  readonly answer: RouteAnswer;
  /** What is told to whoever runs the server, and to nobody else. */
  readonly trouble?: unknown;
}

/** What an error is answered with, and whether it is trouble for whoever runs the server. */
export function toldOf(error: unknown, { faults, path }: Pick<Route, "faults" | "path">): Told {
  if (error instanceof HttpFault) return { answer: answerOf(error, faults) };
  if (error instanceof RbacError && (error.exitCode === 2 || error.exitCode === 3) && error.code !== "CLOSED")
    return { answer: answerOf(new HttpFault(statusOf(error, path), error.code, error.message), faults, error) };
  // The message may name files and hosts.
  if (error instanceof RbacError && (error.exitCode === 4 || error.code === "CLOSED"))
    return { answer: answerOf(awayFault(), faults), trouble: error };
  const fault = new HttpFault(500, "INTERNAL", "something went wrong here: the log of the server says what");
  return { answer: answerOf(fault, faults), trouble: error };
}

/** By codes whose status is not that of their exit code. */
const STATUSES: Readonly<Record<string, number>> = { GUARDED: 403, REVISION_MOVED: 412 };

function statusOf({ code, exitCode }: RbacError, path: string): number {
  if (exitCode === 3) return STATUSES[code] ?? 409;
  const [, missing] = /^(\w+)_NOT_FOUND$/.exec(code) ?? [];
  // What the path names, and what is not there.
  return missing !== undefined && `${path}/`.includes(`/:${missing.toLowerCase()}/`) ? 404 : 400;
}

/** What a status means for a program, in the exit codes of the command line. */
const EXIT_CODES: Readonly<Record<number, number>> = { 409: 3, 503: 4, 500: 70 };

function answerOf(fault: HttpFault, faults: Route["faults"], error?: RbacError): RouteAnswer {
  const { status, code, message, headers } = fault;
  if (faults === "message") return { status, body: JSON.stringify(message), headers };
  const suggestions = error?.suggestions.length ? { suggestions: error.suggestions } : {};
  const exitCode = error?.exitCode ?? EXIT_CODES[status] ?? 2;
  return { status, body: { error: { code, message, ...suggestions, exitCode } }, headers };
}
