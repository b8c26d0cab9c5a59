/** Spans of time in which nothing of what somebody holds begins or ends. */
import { byBytes } from "../policy/model/byte-order.ts";

/** From an instant until before another. */
export interface Span {
  readonly from: string;
  readonly until: string;
}

interface Window {
  readonly from: string | null;
  readonly until: string | null;
}

/** The ends of time, as dates that Python and Go can read, too: a row without an end has the last. */
const BEGINNING = "0001-01-01T00:00:00.000Z";
const END = "9999-12-31T23:59:59.999Z";

/**
 * The spans of some windows, the first of which is that of `now`: it begins where it really began, so that a clock that
 * is behind sees it, too. `at` is an instant in the span.
 */
export function spansOf(windows: readonly Window[], now: string): readonly (Span & { readonly at: string })[] {
  const ends = new Set<string>();
  for (const { from, until } of windows) {
    if (from !== null) ends.add(from);
    if (until !== null) ends.add(until);
  }
  if (ends.size === 0) return [{ from: BEGINNING, until: END, at: now }];
  const sorted = [...ends].sort(byBytes).filter((end) => end > BEGINNING && end < END);
  const later = sorted.filter((end) => end > now);
  const began = sorted.findLast((end) => end <= now) ?? BEGINNING;
  return [began, ...later].map((from, place) => ({ from, until: later[place] ?? END, at: place === 0 ? now : from }));
}
