/** The nearest names to a misspelt one. They are suggestions only; no name is ever replaced by one. */
import { byBytes } from "./byte-order.ts";

const MAX_NAMES = 3;

/** A shorter beginning is near to too many names. */
const SHORTEST_BEGINNING = 3;

/**
 * Up to three names near `typed`, best first. A name may differ by at most two edits, and by a third of the length of
 * `typed` (but always by one). Then come names that begin with `typed`, the shortest first.
 */
export function nearest(typed: string, names: Iterable<string>): string[] {
  const word = typed.toLowerCase();
  const maxEdits = Math.min(2, Math.max(1, Math.floor(word.length / 3)));
  const found: { name: string; edits: number }[] = [];
  for (const name of names) {
    const missing = name.length - word.length;
    if (missing < -maxEdits) continue;
    const lower = name.toLowerCase();
    const edits = missing <= maxEdits ? distance(word, lower, maxEdits) : missing;
    const isBegun = word.length >= SHORTEST_BEGINNING && lower.startsWith(word);
    if (edits <= maxEdits || isBegun) found.push({ name, edits });
  }
  found.sort((a, b) => a.edits - b.edits || byBytes(a.name, b.name));
  return found.slice(0, MAX_NAMES).map(({ name }) => name);
}

/**
 * Optimal string alignment distance: insert, delete, replace, swap neighbours. Returns early once it must
 * exceed `limit`. What both begin and end with is left aside, since names of one house often share most.
 */
function distance(a: string, b: string, limit: number): number {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return distanceBetween(a.slice(start, a.length - end), b.slice(start, b.length - end), limit);
}

/** Fills only the cells near the diagonal: any other is reached by more edits than the limit. */
function distanceBetween(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: Math.min(b.length, limit) + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row: number[] = [];
    let fewest = Number.POSITIVE_INFINITY;
    for (let j = Math.max(0, i - limit); j <= Math.min(b.length, i + limit); j++) {
      const replace = cellAt(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replace, cellAt(previous, j) + 1, cellAt(row, j - 1) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, cellAt(beforePrevious, j - 2) + 1);
      row[j] = best;
      fewest = Math.min(fewest, best);
    }
    if (fewest > limit) return limit + 1;
    beforePrevious = previous;
    previous = row;
  }
  return cellAt(previous, b.length);
}

const cellAt = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;
