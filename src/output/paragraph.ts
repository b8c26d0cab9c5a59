/** Lines of text for people, and paragraphs: a list behind its lead, wrapped between its items on a terminal. */
import type { Terminal } from "./style.ts";
import type { Table } from "./table.ts";
import { TableDrawing } from "./table-drawing.ts";
import { measureFor } from "./width.ts";
import { wrapped } from "./wrap.ts";

/** Sanitized text. In a pipe it is one line; on a terminal lines that follow are indented further than the lead. */
export interface Paragraph {
  readonly lead: string;
  readonly items: Iterable<string>;
  /** What stands behind each item but the last one; a comma when left out. */
  readonly between?: string;
  /** Colours the lead. */
  readonly paint?: (lead: string) => string;
}

/** A line, which is left as it is, a paragraph, or a table. */
export type Line = string | Paragraph | Table;

/** From so many characters on, lines are a text of their own. */
const LONG_TEXT = 1 << 16;

/** The texts of lines, each with its line end. */
export async function* linesText(lines: Iterable<Line>, terminal: Terminal): AsyncIterable<string> {
  let text = "";
  for (const line of lines) {
    text += `${await lineText(line, terminal)}\n`;
    if (text.length < LONG_TEXT) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

async function lineText(line: Line, terminal: Terminal): Promise<string> {
  if (typeof line === "string") return line;
  return "head" in line ? tableText(line, terminal) : paragraphText(line, terminal);
}

/** A table among other lines. What it had to leave out is said below it. */
async function tableText(table: Table, terminal: Terminal): Promise<string> {
  const drawing = new TableDrawing(table, terminal);
  const lines = await drawing.lines(table.rows);
  const missing = drawing.leftOut();
  const below = missing.length === 0 ? [] : [await paragraphText(wrappable(leftOutText(missing)), terminal)];
  return [...lines, ...below].join("\n");
}

/** Which columns a table lacks. */
export const leftOutText = (columns: readonly string[]): string =>
  `not shown: ${columns.join(", ")} (--format csv or --json has all)`;

async function paragraphText(paragraph: Paragraph, { width }: Terminal): Promise<string> {
  const { lead, between = ",", paint = (text) => text } = paragraph;
  const items = [...paragraph.items];
  const words = [lead, ...items.map((item, at) => (at === items.length - 1 ? item : item + between))];
  const lines = width === undefined ? [words.join(" ")] : wrapped(words, width, await measureFor(words));
  const text = lines.join("\n");
  return text.startsWith(lead) ? paint(lead) + text.slice(lead.length) : text;
}

/** A line that is wrapped between its words on a terminal. */
export function wrappable(line: string): Paragraph {
  const [lead = "", ...items] = line.split(" ");
  return { lead, items, between: "" };
}
