/** Items cut out of a list in brackets of YAML, on one line or on several. */
import type { Node, YAMLSeq } from "yaml";
import { lineEnd, lineStart, type TextCut } from "./cuts.ts";
import { commentsAbove, offsetsOfComments } from "./yaml-comments.ts";

/** Where items begin and end. */
type Extent = readonly [from: number, to: number];

/** @returns undefined where they are written in a way that is not understood */
export function flowCuts(text: string, seq: YAMLSeq, gone: ReadonlySet<number>): TextCut[] | undefined {
  const [open = 0, end = 0] = seq.range ?? [];
  const items = seq.items.map((item) => (item as Partial<Node>).range?.slice(0, 2) as Extent | undefined);
  if (text[open] !== "[" || text[end - 1] !== "]" || items.includes(undefined)) return undefined;
  if (gone.size === items.length) return [{ from: open + 1, to: end - 1 }];
  const comments = offsetsOfComments(seq);
  const cuts = runsOf(gone).map(([first, last]) => {
    const [before, next] = [items[first - 1], items[last + 1]];
    const run: Extent = [(items[first] as Extent)[0], (items[last] as Extent)[1]];
    return linesCut(text, run, { open, close: end - 1, comments }) ?? inlineCut(text, run, before, next);
  });
  return cuts.includes(undefined) ? undefined : (cuts as TextCut[]);
}

/** The first and the last of each group of items without any other between them. */
function runsOf(gone: ReadonlySet<number>): (readonly [number, number])[] {
  const sorted = [...gone].sort((a, b) => a - b);
  const firsts = sorted.filter((item) => !gone.has(item - 1));
  const lasts = sorted.filter((item) => !gone.has(item + 1));
  return firsts.map((first, at) => [first, lasts[at] ?? first] as const);
}

interface Brackets {
  readonly open: number;
  readonly close: number;
  readonly comments: ReadonlySet<number>;
}

/** Whole lines, and the comment lines right above, where nothing else stands on them. */
function linesCut(text: string, [from, to]: Extent, { open, close, comments }: Brackets): TextCut | undefined {
  const [start, end] = [lineStart(text, from), lineEnd(text, to)];
  const isAlone = /^[ \t]*$/.test(text.slice(start, from)) && /^[ \t]*,?[ \t]*(#.*)?\r?\n$/.test(text.slice(to, end));
  return start > open && end <= close && isAlone ? { from: commentsAbove(text, start, comments), to: end } : undefined;
}

/** With the comma behind, or with the one before. */
function inlineCut(text: string, [from, to]: Extent, before?: Extent, next?: Extent): TextCut | undefined {
  if (next && /^[ \t]*,[ \t]*$/.test(text.slice(to, next[0]))) return { from, to: next[0] };
  if (before && /^[ \t]*,[ \t]*$/.test(text.slice(before[1], from))) return { from: before[1], to };
  return undefined;
}
