/** The width of text in terminal columns: ideographs and emoji take two, combining marks none. */

/** Printable ASCII, and the signs that our own tables add to it: one column for each character. */
const NARROW = /^[ -~–→…]*$/;
/** Behind these a text may be cut: a word has ended. */
const WORD_END = /[\s,]$/;

/** True where each character takes one column. */
export const isNarrow = (text: string): boolean => NARROW.test(text);

export type Measure = (text: string) => number;

/** Measures texts. What knows the width of every letter is loaded only if one of them needs it. */
export async function measureFor(texts: Iterable<string>): Promise<Measure> {
  for (const text of texts) {
    if (isNarrow(text)) continue;
    const { default: stringWidth } = await import("string-width");
    return (other) => (isNarrow(other) ? other.length : stringWidth(other));
  }
  return (text) => text.length;
}

/** Made at its first use, which takes milliseconds: few commands print such text. */
let segmenter: Intl.Segmenter | undefined;

/** The letters as people see them: a flag or a letter with its marks is one. */
export function* lettersOf(text: string): Iterable<string> {
  if (isNarrow(text)) {
    yield* text;
    return;
  }
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** Breaks text into lines of at most `columns` columns, between any letters; nothing is cut off. */
export function fold(text: string, columns: number, widthOf: Measure): string[] {
  if (widthOf(text) <= columns) return [text];
  const lines: string[] = [];
  let line = "";
  let width = 0;
  for (const letter of lettersOf(text)) {
    const letterWidth = widthOf(letter);
    if (width + letterWidth > columns && line !== "") {
      lines.push(line);
      line = "";
      width = 0;
    }
    line += letter;
    width += letterWidth;
  }
  return [...lines, line];
}

/** Cuts text to `columns` columns, behind the last word that fits; inside of a word only where no word does. */
export function cut(text: string, columns: number, widthOf: Measure): string {
  if (widthOf(text) <= columns) return text;
  let [kept, words, room] = ["", "", columns - 1];
  for (const letter of lettersOf(text)) {
    room -= widthOf(letter);
    if (room < 0) break;
    kept += letter;
    if (WORD_END.test(letter) && kept.trim() !== "") words = kept;
  }
  return `${words || kept}…`;
}

/** The width of a text that is cut behind its first word. */
export function firstWordCut(text: string, widthOf: Measure): number {
  const end = text.search(/(?<=\S[\s,])/);
  return end < 0 ? widthOf(text) : widthOf(text.slice(0, end)) + 1;
}
