/** The answers of a batch, one JSON object a line, in the order of the questions. */
import { EXIT, RbacError } from "../../errors.ts";
import type { Verdict } from "../../policy/compiled/compiled-policy.ts";
import type { Decision } from "../../policy/evaluate/decide.ts";
import type { RawText } from "../render.ts";
import { sanitize, toJson } from "../sanitize.ts";

export interface Answered {
  readonly id: unknown;
  readonly expect: boolean | undefined;
  readonly answer: Decision | Verdict | RbacError;
}

/** What decides the exit code of a batch beyond "every line was answered". */
export interface BatchLineOptions {
  readonly any: boolean;
  readonly all: boolean;
  /** The answer expected of every line that does not say its own. */
  readonly expect: boolean | undefined;
  readonly quiet: boolean;
  /** True for answers without their evidence. */
  readonly brief: boolean;
}

/** The answers as lines, part by part; then the exit code: 2 for a line without an answer, else 0, or as --any, --all or what was expected decide (rule 25). */
export class BatchLines {
  readonly #options: BatchLineOptions;
  #lines = 0;
  #failed = 0;
  #some = false;
  #every = true;
  readonly #notices: string[] = [];

  constructor(options: BatchLineOptions) {
    this.#options = options;
  }

  part(answered: readonly Answered[]): string {
    let text = "";
    for (const one of answered) {
      this.#count(one);
      if (!this.#options.quiet) text += `${this.#line(one)}\n`;
    }
    return text;
  }

  end(): RawText {
    const { any } = this.#options;
    const notices = this.#failed > SHOWN ? [...this.#notices, `… and ${this.#failed - SHOWN} more`] : this.#notices;
    const yes = any ? this.#some : this.#every;
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
      if (this.#failed <= SHOWN) this.#notices.push(sanitize(`question ${this.#lines}: ${answer.message}`));
    } else {
      const asWanted = expect === undefined ? (any || all ? answer.allowed : true) : answer.allowed === expect;
      this.#some ||= asWanted;
      this.#every &&= asWanted;
    }
  }
}

const SHOWN = 20;

const errorOf = ({ code, message, suggestions, exitCode }: RbacError) => ({ code, message, suggestions, exitCode });
