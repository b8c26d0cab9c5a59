/** How words are put into the line of each shell. */
import type { ShellName } from "./scripts.ts";
import type { Suggestion } from "./suggestions.ts";
import { typedLine, type Word } from "./typed-line.ts";

/** What separates words for readline, where the shell does not say it. */
export const WORD_BREAKS = " \t\n\"'@><=;|&(:";

/**
 * The line that a shell is given for a word. zsh and fish get the whole word and quote it themselves. bash puts what it
 * gets in the place of what was typed behind the last separator, as it is.
 */
export function insertion(shell: ShellName, { word, meaning }: Suggestion, at: Word, breaks: string): string {
  if (shell !== "bash") return meaning === undefined ? word : `${word}\t${meaning}`;
  const rest = word.slice(keptBefore(at, breaks).length);
  if (at.quote === "'") return rest;
  return at.quote === '"'
    ? rest.replace(/[\\"$`]/g, "\\$&")
    : rest.replace(/[^\w./:@%+,=\u0080-\u{10ffff}-]/gu, "\\$&");
}

/**
 * The beginning of the word that bash leaves as it stands: up to the last separator, or to the open quote. A separator
 * that also begins words of its own, as the `@` of hosts does, is replaced.
 */
function keptBefore({ typed, quote, beforeQuote }: Word, breaks: string): string {
  if (quote) return typedLine(beforeQuote).current.text;
  const pieces = [...typed.matchAll(/\\.|[^\\]/gsu)];
  const last = pieces.findLastIndex(([piece]) => breaks.includes(piece));
  const isReplaced = pieces[last]?.[0] === "@";
  const kept = pieces.slice(0, isReplaced ? last : last + 1).map(([piece]) => piece);
  return typedLine(kept.join("")).current.text;
}
