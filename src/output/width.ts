/** The width of text in terminal columns: ideographs and emoji take two, combining marks none. */

/** Printable ASCII: one column for each character. */
const NARROW = /^[ -~]*$/;
const WIDE = new RegExp(
  String.raw`[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60` +
    String.raw`\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}`,
  "u",
);
const MARK = /\p{M}/u;

const widthOf = (char: string): number => (MARK.test(char) ? 0 : WIDE.test(char) ? 2 : 1);

export function terminalWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  return [...text].reduce((sum, char) => sum + widthOf(char), 0);
}

/** Breaks text into lines of at most `columns` columns, at any character; nothing is cut off. */
export function fold(text: string, columns: number): string {
  if (terminalWidth(text) <= columns) return text;
  const lines: string[] = [];
  let line = "";
  let width = 0;
  for (const char of text) {
    const charWidth = widthOf(char);
    if (width + charWidth > columns && line !== "") {
      lines.push(line);
      line = "";
      width = 0;
    }
    line += char;
    width += charWidth;
  }
  return [...lines, line].join("\n");
}
