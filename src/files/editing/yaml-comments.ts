/** Where comments of a list of YAML stand: a line of a text block may look like one. */
import type { CST, Pair, YAMLSeq } from "yaml";
import { lineStart } from "./cuts.ts";

/** The offsets of the comments between the items of a list, and before the first. */
export function offsetsOfComments({ srcToken }: YAMLSeq, pair?: Pair): ReadonlySet<number> {
  const items = srcToken?.type === "block-seq" || srcToken?.type === "flow-collection" ? srcToken.items : [];
  const between: CST.SourceToken[] = items.flatMap(({ start, sep = [] }: CST.CollectionItem) => [...start, ...sep]);
  const tokens = [...(pair?.srcToken?.sep ?? []), ...between];
  return new Set(tokens.flatMap(({ type, offset }) => (type === "comment" ? [offset] : [])));
}

/** Where the comment lines begin that stand right above a line; that line itself where there is none. */
export function commentsAbove(text: string, line: number, comments: ReadonlySet<number>): number {
  let start = line;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    const indent = /^[ \t]*/.exec(text.slice(above, start))?.[0].length ?? 0;
    if (!comments.has(above + indent)) return start;
    start = above;
  }
  return start;
}
