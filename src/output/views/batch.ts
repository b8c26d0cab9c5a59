/** The answers of a batch, one JSON object a line, in the order of the questions. */
import { EXIT, RbacError } from "../../errors.ts";
import type { Answer } from "../../policy/compiled/compiled-policy.ts";
import type { Decision } from "../../policy/evaluate/decide.ts";
import type { Raw } from "../render.ts";
import { clean, toJson } from "../sanitize.ts";

export interface Answered {
  readonly id: unknown;
  readonly expect: boolean | undefined;
  readonly answer: Decision | Answer | RbacError;
}

/** What decides the exit code of a batch beyond "every line was answered". */
export interface BatchTerms {
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
  readonly #terms: BatchTerms;
  #lines = 0;
  #failed = 0;
  #some = false;
  #every = true;
  readonly #talk: string[] = [];

  constructor(terms: BatchTerms) {
    this.#terms = terms;
  }

  part(answered: readonly Answered[]): string {
    let text = "";
    for (const one of answered) {
      this.#count(one);
      if (!this.#terms.quiet) text += `${this.#line(one)}\n`;
    }
    return text;
  }

  end(): Raw {
    const { any } = this.#terms;
    const talk = this.#failed > SHOWN ? [...this.#talk, `… and ${this.#failed - SHOWN} more`] : this.#talk;
    const yes = any ? this.#some : this.#every;
    return { raw: "", exitCode: this.#failed > 0 ? EXIT.wrong : yes ? EXIT.yes : EXIT.no, talk };
  }

  #line({ id, expect, answer }: Answered): string {
    const tag = { ...(id !== undefined && { id }), ...(expect !== undefined && !this.#terms.brief && { expect }) };
    if (answer instanceof RbacError) return toJson({ ...tag, error: errorOf(answer) });
    const { allowed, reason } = answer;
    return toJson(this.#terms.brief ? { ...tag, allowed, reason } : { ...tag, ...answer });
  }

  #count({ answer, expect = this.#terms.expect }: Answered): void {
    const { any, all } = this.#terms;
    this.#lines += 1;
    if (answer instanceof RbacError) {
      this.#failed += 1;
      if (this.#failed <= SHOWN) this.#talk.push(clean(`question ${this.#lines}: ${answer.message}`));
    } else {
      const asWanted = expect === undefined ? (any || all ? answer.allowed : true) : answer.allowed === expect;
      this.#some ||= asWanted;
      this.#every &&= asWanted;
    }
  }
}

const SHOWN = 20;

const errorOf = ({ code, message, suggestions, exitCode }: RbacError) => ({ code, message, suggestions, exitCode });
