/** The width of text in terminal columns: ideographs and emoji take two, combining marks none. */

/** Printable ASCII, and the signs that our own tables add to it: one column for each character. */
const NARROW = /^[ -~–→]*$/;

export type Measure = (text: string) => number;

/** Measures texts. What knows the width of every letter is loaded only if one of them needs it. */
export async function measureFor(texts: Iterable<string>): Promise<Measure> {
  for (const text of texts) {
    if (NARROW.test(text)) continue;
    const { default: stringWidth } = await import("string-width");
    return (other) => (NARROW.test(other) ? other.length : stringWidth(other));
  }
  return (text) => text.length;
}

/** The letters as people see them: a flag or a letter with its marks is one. */
const lettersOf = (text: string): string[] =>
  NARROW.test(text)
    ? [...text]
    : [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)].map(({ segment }) => segment);

/** Breaks text into lines of at most `columns` columns, between any letters; nothing is cut off. */
export function fold(text: string, columns: number, widthOf: Measure): string {
  if (widthOf(text) <= columns) return text;
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
  return [...lines, line].join("\n");
}
