/** Pieces that are cut out of a text, and what stands in their place. */

export interface TextCut {
  /** Offsets in UTF-16 units; the second is behind the last that goes. */
  readonly from: number;
  readonly to: number;
  /** Nothing when left out. */
  readonly by?: string;
}

/** A list of a text, some of whose items go. */
export type GoneItems = ReadonlyMap<string, ReadonlySet<number>>;

/** Items by the path of their list, as `listKey` writes it. @param paths each ends with the place of an item */
export function itemsByList(paths: readonly (readonly (string | number)[])[]): GoneItems {
  const lists = new Map<string, Set<number>>();
  for (const path of paths) {
    const key = listKey(path.slice(0, -1));
    lists.set(key, (lists.get(key) ?? new Set()).add(Number(path.at(-1))));
  }
  return lists;
}

export const listKey = (path: readonly (string | number)[]): string => path.join("\0");

/** The text without what is cut. Cuts may overlap. */
export function textWithout(text: string, cuts: readonly TextCut[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const { from, to, by = "" } of [...cuts].sort((a, b) => a.from - b.from || a.to - b.to)) {
    parts.push(text.slice(end, Math.max(from, end)), by);
    end = Math.max(end, to);
  }
  return [...parts, text.slice(end)].join("");
}

/** Where the line of an offset begins. */
export const lineStart = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;

/** Behind the end of the line of an offset. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}
