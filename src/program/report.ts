/** Prints an error: for people on stderr, with JSON also as a document on stdout. */
import { messageWithFlags } from "../cli/error-words.ts";
import type { Shell } from "../cli/shell.ts";
import { CutShort, EXIT, RbacError, withoutCredentials } from "../errors.ts";
import { type ErrorFields, errorJson } from "../output/error-json.ts";
import { sanitize, toJson } from "../output/sanitize.ts";
import { type Style, styleFor } from "../output/style.ts";

/**
 * One line on stderr, or one for each problem of a file and each thing that stands in the way; with JSON also one
 * document on stdout, unless a part of another was printed there already. Sets the exit code.
 */
export async function report(thrown: unknown, shell: Shell, json: boolean): Promise<void> {
  const { stdout, stderr, env, exitWith } = shell;
  const isCut = thrown instanceof CutShort;
  const error = isCut ? thrown.cause : thrown;
  const fields = describe(error);
  const { exitCode } = fields;
  const style = await styleFor(stderr.isTerminal, env);
  stderr.write(
    linesOf(fields)
      .map((line) => `${dressed(line, style)}\n`)
      .join(""),
  );
  if (!(error instanceof RbacError) && env.RBAC_DEBUG)
    stderr.write(`${withoutCredentials(String((error as Error).stack))}\n`);
  if (json && !isCut) stdout.write(`${toJson(errorJson(fields))}\n`);
  exitWith(exitCode);
}

const SHOWN = 20;

function linesOf({ message, problems, refusals }: ErrorFields): string[] {
  const placed = problems.map(({ file, line, column, message: why }) => `${file}:${line}:${column}: ${why}`);
  const lines = [...placed, ...refusals.map((refusal) => onOneLine(refusal.message))];
  if (lines.length <= 1) return [message];
  const more = lines.length - SHOWN;
  return [...lines.slice(0, SHOWN), ...(more > 0 ? [`… and ${more} more (--json lists all)`] : [])];
}

/** A line as people see it: who speaks, what is wrong, and, less loud, what would help. */
function dressed(line: string, style: Style): string {
  const text = sanitize(withoutCredentials(line));
  const hint = text.search(/; did you mean | \(see [^()]+\)$/);
  const end = hint < 0 ? text.length : hint;
  return `${style.strong(style.bad("rbac:"))} ${text.slice(0, end)}${hint < 0 ? "" : style.faint(text.slice(end))}`;
}

/** Our errors as they are; everything else is a bug, and must never read as "denied". */
function describe(error: unknown): ErrorFields {
  if (error instanceof RbacError) {
    const { code, suggestions, problems, violations, refusals, exitCode, retry } = error;
    const message = onOneLine(messageWithFlags(error));
    return { code, message, suggestions, problems, violations, refusals, exitCode, retry };
  }
  const message = `internal error: ${onOneLine(error instanceof Error ? error.message : String(error))}`;
  const none = { suggestions: [], problems: [], violations: [], refusals: [], retry: false };
  return { ...none, code: "INTERNAL", message, exitCode: EXIT.bug };
}

const onOneLine = (message: string): string => withoutCredentials(message).replace(/\s*\n\s*/g, " ");
