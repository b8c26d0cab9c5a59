/** The kinds of questions for an argument: a text, one of a list. */
import { choose, typeText } from "./ask.ts";
import type { ArgumentQuestion, Asked, List } from "./asked.ts";
import type { Choice, Searched } from "./choice.ts";

/** What somebody may type that a list does not have. @throws Error that says why a term is none */
export type Other = (term: string, asked: Asked, choices: readonly Choice[]) => Promise<Choice | undefined>;

/** @param message what the argument is in the words of help, when left out */
export const typed =
  (message?: string): ArgumentQuestion =>
  async (asked) => {
    const { argument, description, parse } = asked;
    const text = await typeText(message ?? `${argument.toUpperCase()}, ${description}:`, (text) => parse(text));
    return { words: [text] };
  };

/** @param other what else may be typed; where the list is empty, `ifNone` is asked */
export const chooseOne =
  (
    message: string,
    list: List,
    { other, ifNone }: { other?: Other; ifNone?: ArgumentQuestion } = {},
  ): ArgumentQuestion =>
  async (asked) => {
    const choices = await list(asked);
    if (choices.length === 0) return ifNone?.(asked);
    const { value, flags } = await choose(message, searchedFor(asked, choices, other));
    return { words: [value], flags };
  };

/** What is searched for an argument. */
export const searchedFor = (asked: Asked, choices: readonly Choice[], other: Other | undefined): Searched => ({
  choices,
  other: other && ((term) => other(term, asked, choices)),
});
