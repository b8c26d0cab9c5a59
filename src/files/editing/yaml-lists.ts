/** Items cut out of lists of YAML: comments, order, quotes and style of all else stay as they are written. */
import { isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLSeq } from "yaml";
import { type GoneItems, lineEnd, lineStart, listKey, type TextCut } from "./cuts.ts";
import { flowCuts } from "./flow-lists.ts";
import { commentsAbove, offsetsOfComments } from "./yaml-comments.ts";

interface List {
  readonly seq: YAMLSeq;
  /** The entry of the mapping whose value it is. */
  readonly pair: Pair;
}

/** @returns undefined where the text has not all of the items, or they are written in a way that is not understood */
export function yamlCuts(text: string, gone: GoneItems): TextCut[] | undefined {
  const document = parseDocument(text, { keepSourceTokens: true, uniqueKeys: false, schema: "core" });
  if (document.errors.length > 0) return undefined;
  const lists = new Map(listsIn(document.contents, []));
  const cuts = [...gone].map(([key, items]) => {
    const list = lists.get(key);
    if (!list || [...items].some((item) => item >= list.seq.items.length)) return undefined;
    return list.seq.flow ? flowCuts(text, list.seq, items) : blockCuts(text, list, items);
  });
  return cuts.some((cut) => cut === undefined) ? undefined : cuts.flatMap((cut) => cut ?? []);
}

/** The lists that are values of mappings, each with its path. */
function* listsIn(node: unknown, path: readonly string[]): Iterable<readonly [string, List]> {
  if (!isMap(node)) return;
  for (const pair of node.items) {
    const here = [...path, String(isScalar(pair.key) ? pair.key.value : pair.key)];
    if (isSeq(pair.value)) yield [listKey(here), { seq: pair.value, pair }];
    else yield* listsIn(pair.value, here);
  }
}

interface Lines {
  readonly from: number;
  readonly to: number;
  /** Where the comment lines right above begin. */
  readonly comments: number;
}

/** Whole lines: those of an item, and the comments that are about nothing else. */
function blockCuts(text: string, { seq, pair }: List, gone: ReadonlySet<number>): TextCut[] | undefined {
  const comments = offsetsOfComments(seq, pair);
  const lines = seq.items.map((item, at) => linesOf(text, { seq, item, at }, comments));
  if (lines.includes(undefined)) return undefined;
  const items = lines as Lines[];
  const cuts: TextCut[] = items.flatMap(({ from, to }, at) => (gone.has(at) ? [{ from, to }] : []));
  for (const [at, { from, comments: above }] of items.entries())
    if (above < from && aboutItems(text, items, at).every((item) => gone.has(item)))
      cuts.push({ from: above, to: from });
  if (gone.size < items.length) return cuts;
  const colon = pair.srcToken?.sep?.find(({ type }) => type === "map-value-ind");
  return colon ? [...cuts, { from: colon.offset + 1, to: colon.offset + 1, by: " []" }] : undefined;
}

/**
 * The items that comment lines above one are about: that one; or as a heading, with a blank line or the beginning of
 * the list above it, all that follow up to the next blank line or comment.
 */
function aboutItems(text: string, items: readonly Lines[], first: number): number[] {
  const { comments } = items[first] as Lines;
  const isHeading = first === 0 || /(^|\n)[ \t]*\r?\n$/.test(text.slice(0, comments).slice(-300));
  let end = first + 1;
  while (isHeading && items[end] && (items[end] as Lines).from === (items[end - 1] as Lines).to) end += 1;
  return items.slice(first, end).map((_, at) => first + at);
}

interface Item {
  readonly seq: YAMLSeq;
  readonly item: unknown;
  readonly at: number;
}

/** The lines of an item of a block list; undefined where others share them. */
function linesOf(text: string, { seq, item, at }: Item, comments: ReadonlySet<number>): Lines | undefined {
  const token = seq.srcToken?.type === "block-seq" ? seq.srcToken.items[at] : undefined;
  const dash = token?.start.find(({ type }) => type === "seq-item-ind")?.offset;
  const end = endOf(item);
  if (dash === undefined || end === undefined) return undefined;
  const from = lineStart(text, dash);
  const to = text[end - 1] === "\n" ? end : lineEnd(text, end);
  const isAlone = /^ *$/.test(text.slice(from, dash)) && /^[ \t]*(#.*)?\s*$/.test(text.slice(end, to));
  return isAlone ? { from, to, comments: commentsAbove(text, from, comments) } : undefined;
}

/** Behind the last character of a value. What the parser says of a block mapping includes comments behind it. */
function endOf(node: unknown): number | undefined {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1);
    return last && (endOf(last.value) ?? endOf(last.key));
  }
  if (isSeq(node) && !node.flow) return endOf(node.items.at(-1));
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[1] : undefined;
}
