/** Lets a process hear signals in the middle of long work on a database that never makes it wait. */

/**
 * Whether a signal ends the process in a turn of the event loop, where it removes its drafts and chooses its exit code,
 * or at once, by the system, which also happens in the middle of work without turns.
 */
export type SignalHearing = "in turns" | "at once";

/** A signal is heard this many milliseconds late at most, besides the longest piece of work between two calls. */
const EVERY_MS = 50;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let lastTurn = 0; // Not asked at the start: to load the clock takes a millisecond.

/** Waits for a turn of the event loop if there was none for a while; to be called often in long work. */
export async function eventTurn(): Promise<void> {
  if (performance.now() - lastTurn < EVERY_MS) return;
  await turn();
  lastTurn = performance.now();
}

let hear: ((how: SignalHearing) => void) | undefined;

/** Says how this process begins to hear its signals in a way. A library leaves them to its program. */
export function hearSignalsBy(change: (how: SignalHearing) => void): void {
  hear = change;
}

/** Does work that makes no turns of the event loop, and may take long; it must leave nothing behind that matters. */
export async function withoutTurns<T>(act: () => T | Promise<T>): Promise<T> {
  const change = hear;
  if (!change) return act();
  await turn(); // A signal that has come, and was not heard in a turn, would be forgotten.
  change("at once");
  try {
    return await act();
  } finally {
    change("in turns");
    lastTurn = performance.now();
  }
}
