/** The answers of a batch, one JSON object a line, in the order of the questions. */
import { EXIT, RbacError } from "../errors.ts";
import type { Decision } from "../policy/decide.ts";
import { clean, toJson } from "./clean.ts";
import type { Raw } from "./view.ts";

export interface Answered {
  readonly id: unknown;
  readonly expect: boolean | undefined;
  readonly answer: Decision | RbacError;
}

/** What decides the exit code of a batch beyond "every line was answered". */
export interface BatchTerms {
  readonly any: boolean;
  readonly all: boolean;
  /** The answer expected of every line that does not say its own. */
  readonly expect: boolean | undefined;
  readonly quiet: boolean;
}

/** The lines and the exit code: 2 for a line without an answer, else 0, or as --any, --all or what was expected decide (rule 25). */
export function batchLines(answered: readonly Answered[], terms: BatchTerms): Raw {
  const lines = answered.map(({ id, expect, answer }) => {
    const tag = { ...(id !== undefined && { id }), ...(expect !== undefined && { expect }) };
    return toJson(answer instanceof RbacError ? { ...tag, error: errorOf(answer) } : { ...tag, ...answer });
  });
  const failed = answered.flatMap(({ answer }, at) => (answer instanceof RbacError ? [{ line: at + 1, answer }] : []));
  const talk = failed.slice(0, SHOWN).map(({ line, answer }) => clean(`question ${line}: ${answer.message}`));
  if (failed.length > SHOWN) talk.push(`… and ${failed.length - SHOWN} more`);
  return {
    raw: terms.quiet ? "" : lines.map((line) => `${line}\n`).join(""),
    exitCode: exitCodeOf(answered, terms),
    talk,
  };
}

const SHOWN = 20;

const errorOf = ({ code, message, suggestions, exitCode }: RbacError) => ({ code, message, suggestions, exitCode });

function exitCodeOf(answered: readonly Answered[], { any, all, expect: expected }: BatchTerms): number {
  if (answered.some(({ answer }) => answer instanceof RbacError)) return EXIT.wrong;
  const asWanted = answered.map(({ answer, expect = expected }) => {
    const allowed = !(answer instanceof RbacError) && answer.allowed;
    return expect === undefined ? (any || all ? allowed : true) : allowed === expect;
  });
  const yes = any ? asWanted.some(Boolean) : asWanted.every(Boolean);
  return yes ? EXIT.yes : EXIT.no;
}
