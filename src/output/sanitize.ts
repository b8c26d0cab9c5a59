/** Makes text from outside safe to print: it cannot control a terminal or reverse the direction of text. */

/** Control and format characters (bidi, zero-width), line separators, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Replaces each unsafe character by a visible escape: `\x1b`, `\u202e`. Line ends are unsafe, too. */
export const sanitize = (text: string): string => text.replace(UNSAFE, escaped);

/** Like `sanitize`, for text of several lines: line ends stay. */
export const sanitizeLines = (text: string): string => text.replace(/[^\n]+/g, sanitize);

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}

/** A template tag for a line of text: the literal words stay, every value is sanitized. */
export function safe(words: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return words.reduce((line, word, at) => `${line}${sanitize(String(values[at - 1] ?? ""))}${word}`);
}

/** JSON on one line. Control and format characters that JSON allows in strings are escaped, too. */
export const toJson = (value: unknown): string => escapeJson(JSON.stringify(value));

/** Escapes the same characters in a JSON text. */
export function escapeJson(json: string): string {
  return json.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (chars) =>
    [...Array(chars.length).keys()].map((at) => `\\u${chars.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
}
