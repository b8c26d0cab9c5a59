/** The one place where text from outside is made fit to print: nothing of it may steer a terminal or turn text around. */

/** Controls, formats (bidi, zero-width), line separators, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Shows what cannot be seen as an escape: `\x1b`, `\u202e`. */
export const sanitize = (text: string): string => text.replace(UNSAFE, escaped);

/** The same for text of many lines. */
export const sanitizeLines = (text: string): string => text.replace(/[^\n]+/g, sanitize);

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}

/** Template for a line of text: the words stay, what is filled in is cleaned. */
export function safe(words: TemplateStringsArray, ...filled: readonly (string | number)[]): string {
  return words.reduce((line, word, at) => `${line}${sanitize(String(filled[at - 1] ?? ""))}${word}`);
}

/** JSON on one line, with controls and formats escaped also where JSON itself would let them pass. */
export const toJson = (value: unknown): string => escapeJson(JSON.stringify(value));

/** The same for JSON that is written already. */
export function escapeJson(json: string): string {
  return json.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (chars) =>
    [...Array(chars.length).keys()].map((at) => `\\u${chars.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
}
