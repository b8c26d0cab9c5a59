/** How many columns of a terminal a text takes: ideographs and emoji two, marks on a letter none. */

const NARROW = /^[ -~]*$/;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const MARK = /\p{M}/u;

const widthOf = (char: string): number => (MARK.test(char) ? 0 : WIDE.test(char) ? 2 : 1);

export function terminalWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  return [...text].reduce((sum, char) => sum + widthOf(char), 0);
}

/** Text in lines no wider than so many columns, broken wherever it must be: nothing of it is left out. */
export function fold(text: string, columns: number): string {
  if (terminalWidth(text) <= columns) return text;
  const lines: string[] = [];
  let line = "";
  let width = 0;
  for (const char of text) {
    const more = widthOf(char);
    if (width + more > columns && line !== "") {
      lines.push(line);
      line = "";
      width = 0;
    }
    line += char;
    width += more;
  }
  return [...lines, line].join("\n");
}
