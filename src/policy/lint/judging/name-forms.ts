/** Names taken apart: their words, the style in which these are joined, and what two nearly equal names share. */
import { skeleton } from "../../model/confusables.ts";

const STYLES = {
  snake_case: /[\p{L}\p{N}]_[\p{L}\p{N}]/u,
  "kebab-case": /[\p{L}\p{N}]-[\p{L}\p{N}]/u,
  camelCase: /\p{Ll}\p{Lu}/u,
} as const;

export type NameStyle = keyof typeof STYLES;

/** The styles that a name shows; none where each of its parts is one plain word. */
export const stylesOf = (name: string): NameStyle[] =>
  (Object.keys(STYLES) as NameStyle[]).filter((style) => STYLES[style].test(name));

/** A text that is equal where names differ by case, number, what joins their words, or letters that look alike. */
export const nearKey = (name: string): string =>
  skeleton(
    name
      .split(":")
      .map((part) => joined(wordsOf(part).map(singular)))
      .join(":"),
  );

/** The words of a part, in small letters. */
const wordsOf = (part: string): string[] =>
  part
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[-_./ ]+/)
    .filter((word) => word !== "");

/** Without what stands between words, but for numbers: `v1.1` is not `v11`. */
const joined = (words: readonly string[]): string =>
  words.reduce((text, word) => (/\d$/.test(text) && /^\d/.test(word) ? `${text}.${word}` : text + word), "");

/** A word without the ending of its plural. */
function singular(word: string): string {
  if (word.length <= 3 || word === "https") return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return /[^siu]s$/.test(word) ? word.slice(0, -1) : word;
}
