/** Text from outside in Markdown: nothing of it is structure, a link, a mention or HTML. */
import { sanitize } from "../sanitize.ts";

/** The names of ends that a text is cut at: a comment has room for much, but not for everything. */
const MOST_LETTERS = 400;

/**
 * Every sign of ASCII but letters, digits, spaces and hyphens is a reference to itself: no reader of Markdown takes a
 * reference for more than a letter. Inside of `<code>`, GitHub looks for no mention, no number of an issue, no emoji.
 */
export function inert(text: string): string {
  const letters = [...text];
  const shown = letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS).join("")}…` : text;
  const escaped = sanitize(shown).replace(/[!-,./:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<code>${escaped}</code>`;
}
