/** Questions made of lines of a log. Lines that ask the same share one object: there may be millions of them. */
import { RbacError } from "../../errors.ts";
import type { DecisionLine } from "../line.ts";
import { type AskedAgain, askedAgain } from "./asked-again.ts";

export class QuestionsOfLines {
  readonly #known = new Map<string, AskedAgain>();
  /** More different questions are not shared: a log of as many objects has few equal ones. */
  static readonly MOST = 30_000;

  /** @throws RbacError for values that nobody could have given. */
  of(line: DecisionLine): AskedAgain {
    const { user, permission, role, on, owner, given, values, activate, assume } = line;
    const isPlain = !given && !values && !activate && !assume && !line.existing && !line.strangers;
    const key = isPlain
      ? `${user ?? ""}\n${permission ?? `\n${role}`}\n${on ?? ""}\n${owner ?? ""}\n${user === null}`
      : JSON.stringify([
          user,
          permission,
          role,
          on,
          owner,
          given,
          values,
          activate,
          assume,
          line.existing,
          line.strangers,
        ]);
    const known = this.#known.get(key);
    if (known) return known;
    const made = askedAgain(line);
    if (this.#known.size < QuestionsOfLines.MOST) this.#known.set(key, made);
    return made;
  }
}

/** The question of a line. @param fail makes the error for values that nobody could have given */
export function askedAgainBy(questions: QuestionsOfLines, line: DecisionLine, fail: (message: string) => Error) {
  try {
    return questions.of(line);
  } catch (error) {
    throw error instanceof RbacError ? fail(error.message) : error;
  }
}
