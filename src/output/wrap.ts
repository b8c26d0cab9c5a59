/** Wraps what does not fit into a line. */
import { fold, type Measure } from "./width.ts";

/** By how much lines that follow are indented further than the first one. */
const HANGING = 4;

/** Lines of items. What is longer than a line is broken between its words, and a longer word between letters. */
export function wrapped([lead = "", ...items]: readonly string[], width: number, widthOf: Measure): string[] {
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
