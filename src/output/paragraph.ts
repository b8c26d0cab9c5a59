/** Lines of text for people, and paragraphs: a list behind its lead, wrapped between its items on a terminal. */
import type { Terminal } from "./style.ts";
import { fold, type Measure, measureFor } from "./width.ts";

/** Sanitized text. In a pipe it is one line; on a terminal lines that follow are indented further than the lead. */
export interface Paragraph {
  readonly lead: string;
  readonly items: Iterable<string>;
  /** What stands behind each item but the last one; a comma when left out. */
  readonly between?: string;
  /** Colours the lead. */
  readonly paint?: (lead: string) => string;
}

/** A line, which is left as it is, or a paragraph. */
export type Line = string | Paragraph;

/** By how much lines that follow are indented further than the first one. */
const HANGING = 4;
/** From so many characters on, lines are a text of their own. */
const LONG_TEXT = 1 << 16;

/** The texts of lines, each with its line end. */
export async function* linesText(lines: Iterable<Line>, terminal: Terminal): AsyncIterable<string> {
  let text = "";
  for (const line of lines) {
    text += `${typeof line === "string" ? line : await paragraphText(line, terminal)}\n`;
    if (text.length < LONG_TEXT) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

async function paragraphText(paragraph: Paragraph, { width }: Terminal): Promise<string> {
  const { lead, between = ",", paint = (text) => text } = paragraph;
  const items = [...paragraph.items];
  const words = [lead, ...items.map((item, at) => (at === items.length - 1 ? item : item + between))];
  const lines = width === undefined ? [words.join(" ")] : wrapped(words, width, await measureFor(words));
  const text = lines.join("\n");
  return text.startsWith(lead) ? paint(lead) + text.slice(lead.length) : text;
}

/** Lines of items. What is longer than a line is broken between its words, and a longer word between letters. */
function wrapped([lead = "", ...items]: readonly string[], width: number, widthOf: Measure): string[] {
  const indent = " ".repeat(Math.min(lead.search(/\S|$/) + HANGING, Math.floor(width / 2)));
  const lines: string[] = [];
  const place = (item: string, isWord = false) => {
    const last = lines.at(-1);
    const [joint, alone] = last === undefined ? ["", item] : [`${last} ${item}`, indent + item];
    const words = item.match(/^ *\S+|\S+/g) ?? [];
    if (last !== undefined && widthOf(joint) <= width) lines[lines.length - 1] = joint;
    else if (widthOf(alone) <= width) lines.push(alone);
    else if (!isWord && words.length > 1) for (const word of words) place(word, true);
    else lines.push(...fold(item, width - indent.length, widthOf).map((part) => indent + part));
  };
  for (const item of [lead, ...items]) place(item);
  return lines;
}

/** A line that is wrapped between its words on a terminal. */
export function wrappable(line: string): Paragraph {
  const [lead = "", ...items] = line.split(" ");
  return { lead, items, between: "" };
}
