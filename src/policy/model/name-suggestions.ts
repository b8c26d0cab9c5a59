/** Nearest names for a misspelt one: offered, never taken. */
import { byBytes } from "./byte-order.ts";

const MOST = 3;

/** Up to three names near to what was typed, best first: two slips at most, and no more than a third of the word. */
export function nearest(typed: string, names: Iterable<string>): string[] {
  const word = typed.toLowerCase();
  const allowed = Math.min(2, Math.max(1, Math.floor(word.length / 3)));
  const found: { name: string; slips: number }[] = [];
  for (const name of names) {
    if (Math.abs(name.length - word.length) > allowed) continue;
    const slips = distance(word, name.toLowerCase(), allowed);
    if (slips <= allowed) found.push({ name, slips });
  }
  found.sort((a, b) => a.slips - b.slips || byBytes(a.name, b.name));
  return found.slice(0, MOST).map(({ name }) => name);
}

/** Optimal string alignment distance: insert, delete, replace, swap neighbours. Stops once every way exceeds `most`. */
function distance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = at(above, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replace, at(above, j) + 1, at(row, j - 1) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, at(before, j - 2) + 1);
      row.push(best);
    }
    if (Math.min(...row) > most) return most + 1;
    before = above;
    above = row;
  }
  return at(above, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;
