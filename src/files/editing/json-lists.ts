/** Items cut out of lists of JSON; all else stays as it is written. */
import { scanJson, stringEnd } from "../json.ts";
import { type GoneItems, listKey, type TextCut } from "./cuts.ts";

/** Where an item begins, and where it ends. */
type Extent = readonly [from: number, to: number];

/** @returns undefined where the text has not all of the items */
export function jsonCuts(text: string, gone: GoneItems): TextCut[] | undefined {
  const lists = new Map<string, Extent[]>([...gone.keys()].map((key) => [key, []]));
  scanJson(text, {
    onValue: (path, offset) => {
      if (typeof path.at(-1) === "number")
        lists.get(listKey(path.slice(0, -1)))?.push([offset, valueEnd(text, offset)]);
    },
  });
  const cuts = [...gone].map(([key, items]) => cutsIn(text, lists.get(key) ?? [], items));
  return cuts.some((cut) => cut === undefined) ? undefined : cuts.flatMap((cut) => cut ?? []);
}

function cutsIn(text: string, all: readonly Extent[], gone: ReadonlySet<number>): TextCut[] | undefined {
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last || [...gone].some((item) => item >= all.length)) return undefined;
  if (gone.size === all.length) return [{ from: text.lastIndexOf("[", first[0]) + 1, to: text.indexOf("]", last[1]) }];
  const lastKept = all.findLastIndex((_, at) => !gone.has(at));
  const behind = all[lastKept + 1] ? [{ from: (all[lastKept] as Extent)[1], to: last[1] }] : [];
  const before = [...gone].filter((item) => item < lastKept);
  return [...before.map((item) => ({ from: (all[item] as Extent)[0], to: (all[item + 1] as Extent)[0] })), ...behind];
}

/** Behind the end of the value that begins at an offset. */
function valueEnd(text: string, start: number): number {
  if (text[start] === '"') return stringEnd(text, start);
  if (text[start] !== "{" && text[start] !== "[")
    return start + (/^[^\s,\]}]*/.exec(text.slice(start, start + 400))?.[0].length ?? 0);
  let depth = 0;
  const mark = /["[\]{}]/g;
  mark.lastIndex = start;
  for (let match = mark.exec(text); match; match = mark.exec(text)) {
    if (match[0] === '"') mark.lastIndex = stringEnd(text, match.index);
    else depth += match[0] === "{" || match[0] === "[" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return text.length;
}
