/** Waiting for one's turn to write. */
import { setImmediate } from "node:timers/promises";
import { RbacError } from "../errors.ts";

/** How long a change waits for other writers where nothing is said, in milliseconds. */
const WAIT_MS = 30_000;
/** For as long SQLite waits in one go, asking ever more seldom, while the process can do nothing else, not even end. */
const ROUND_MS = 500;

/**
 * Attempts something in rounds, until the lock that it needs is to be had. Who begins a round asks as often as who has just come,
 * and signals are heard in between.
 * @param attempt waits up to so many milliseconds, and has done nothing when it throws an error to be tried again
 * @param wait how long to go on, in milliseconds
 * @throws whatever the last attempt threw
 */
export async function inTurn<T>(attempt: (within: number) => Promise<T>, wait = WAIT_MS): Promise<T> {
  const end = performance.now() + wait;
  for (;;) {
    try {
      return await attempt(Math.min(wait, ROUND_MS));
    } catch (error) {
      if (!(error instanceof RbacError && error.retry) || performance.now() >= end) throw error;
      await setImmediate();
    }
  }
}
