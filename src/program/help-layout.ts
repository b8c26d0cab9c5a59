/** How help pages are laid out: lines of at most 80 columns, and tables of two columns. */
import type { Style } from "../output/style.ts";

const WIDTH = 80;

/** Breaks text between words into lines of at most `width` letters; a longer word gets a line of its own. */
export function wrap(text: string, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > width && line !== "") {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

export const indented = (text: string): string[] => wrap(text, WIDTH - 2).map((line) => `  ${line}`);

/** Indented rows: a term, and what it means in a column beside all terms. */
export function table(rows: readonly (readonly [term: string, meaning: string])[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.flatMap(([term, meaning]) =>
    wrap(meaning, WIDTH - width - 4).map((line, at) => `  ${(at === 0 ? term : "").padEnd(width)}  ${line}`.trimEnd()),
  );
}

/** A headed part of a page, after an empty line; nothing where it has no lines. */
export const section = (head: string, lines: readonly string[], style: Style): string[] =>
  lines.length === 0 ? [] : ["", style.strong(`${head}:`), ...lines];
