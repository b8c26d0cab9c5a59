/** Writes the answers of a batch: one JSON object a line, in the order of the questions. */
import { EXIT, RbacError } from "../../errors.ts";
import type { Verdict } from "../../policy/compiled/verdict.ts";
import type { Decision } from "../../policy/evaluate/decide.ts";
import type { RawText } from "../render.ts";
import { sanitize, toJson } from "../sanitize.ts";

export interface Answered {
  readonly id: unknown;
  readonly expect: boolean | undefined;
  readonly answer: Decision | Verdict | RbacError;
}

/** How the lines are written, and what decides the exit code once every line has an answer. */
export interface BatchLineOptions {
  readonly any: boolean;
  readonly all: boolean;
  /** The expected answer for every line without an expectation of its own. */
  readonly expect: boolean | undefined;
  readonly quiet: boolean;
  /** True for answers without their evidence. */
  readonly brief: boolean;
}

/**
 * Takes the answers part by part, then gives the exit code: 2 if a line has no answer, else 0 or 1 as --any, --all or
 * the expected answers decide; without them 0 (rule 25).
 */
export class BatchLines {
  readonly #options: BatchLineOptions;
  #lines = 0;
  #failed = 0;
  #anyAsWanted = false;
  #allAsWanted = true;
  readonly #notices: string[] = [];

  constructor(options: BatchLineOptions) {
    this.#options = options;
  }

  /** The text of the next part: a line for each answer, or nothing when quiet. */
  part(answered: readonly Answered[]): string {
    let text = "";
    for (const line of answered) {
      this.#count(line);
      if (!this.#options.quiet) text += `${this.#line(line)}\n`;
    }
    return text;
  }

  /** After the last part: the exit code, and notices about the lines without an answer. */
  end(): RawText {
    const { any } = this.#options;
    const notices =
      this.#failed > SHOWN_ERRORS ? [...this.#notices, `… and ${this.#failed - SHOWN_ERRORS} more`] : this.#notices;
    const yes = any ? this.#anyAsWanted : this.#allAsWanted;
    return { raw: "", exitCode: this.#failed > 0 ? EXIT.wrong : yes ? EXIT.yes : EXIT.no, notices };
  }

  #line({ id, expect, answer }: Answered): string {
    const tag = { ...(id !== undefined && { id }), ...(expect !== undefined && !this.#options.brief && { expect }) };
    if (answer instanceof RbacError) return toJson({ ...tag, error: errorOf(answer) });
    const { allowed, reason } = answer;
    return toJson(this.#options.brief ? { ...tag, allowed, reason } : { ...tag, ...answer });
  }

  #count({ answer, expect = this.#options.expect }: Answered): void {
    const { any, all } = this.#options;
    this.#lines += 1;
    if (answer instanceof RbacError) {
      this.#failed += 1;
      if (this.#failed <= SHOWN_ERRORS) this.#notices.push(sanitize(`question ${this.#lines}: ${answer.message}`));
    } else {
      const asWanted = expect === undefined ? (any || all ? answer.allowed : true) : answer.allowed === expect;
      this.#anyAsWanted ||= asWanted;
      this.#allAsWanted &&= asWanted;
    }
  }
}

/** Errors shown as notices; more are only counted. */
const SHOWN_ERRORS = 20;

const errorOf = ({ code, message, suggestions, exitCode }: RbacError) => ({ code, message, suggestions, exitCode });
