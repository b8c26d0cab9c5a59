/** Lets a process hear signals in the middle of long work on a database that never makes it wait. */

/** A signal is heard this many milliseconds late at most, besides the longest piece of work between two calls. */
const EVERY_MS = 50;

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let lastTurn = 0; // Not asked at the start: to load the clock takes a millisecond.

/** Waits for a turn of the event loop if there was none for a while; to be called often in long work. */
export async function eventTurn(): Promise<void> {
  if (performance.now() - lastTurn < EVERY_MS) return;
  await turn();
  lastTurn = performance.now();
}
