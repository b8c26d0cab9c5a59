/** The question for an argument of several values. */
import { choose } from "./ask.ts";
import type { ArgumentQuestion, List } from "./asked.ts";
import type { Choice, Searched } from "./choice.ts";
import { type Other, searchedFor } from "./question.ts";

interface Several {
  /** What is asked for each value but the first. */
  readonly another: string;
  readonly other?: Other;
  /** So many at least. */
  readonly least?: number;
}

/** One after the other, until Enter on nothing. All have the flags of the first, which stand for the whole command. */
export const chooseSeveral =
  (message: string, list: List, { another, other, least = 1 }: Several): ArgumentQuestion =>
  async (asked) => {
    const choices = await list(asked);
    if (choices.length < least) return undefined;
    const first = await choose(message, searchedFor(asked, choices, other));
    const words = [first.value];
    for (;;) {
      const left = choices.filter(
        ({ value, flags }) => !words.includes(value) && String(flags) === String(first.flags),
      );
      if (left.length === 0 && !other) break;
      const next = await chooseNext(another, searchedFor(asked, left, other), words.length >= least);
      if (next === undefined) break;
      words.push(next.value);
    }
    return { words, flags: first.flags };
  };

const chooseNext = (message: string, searched: Searched, isEnough: boolean): Promise<Choice | undefined> =>
  isEnough ? choose(message, { ...searched, enough: "(no more)" }) : choose(message, searched);
