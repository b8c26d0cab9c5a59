/** Waiting for one's turn to write. */
import { setTimeout } from "node:timers/promises";
import { RbacError } from "../errors.ts";

/** How long a change waits for other writers where nothing is said, in milliseconds. */
const WAIT_MS = 30_000;
/** At most so long between two rounds, and at random, so that those who were in each other's way are not again. */
const PAUSE_MS = 50;

/**
 * Attempts something in rounds, until the lock that it needs is to be had.
 * @param round how long to wait in one go, in milliseconds
 * @param attempt waits up to so many milliseconds, and has done nothing when it throws an error to be tried again
 * @param wait how long to go on, in milliseconds
 * @throws whatever the last attempt threw
 */
export async function inTurn<T>(
  attempt: (within: number) => Promise<T>,
  round: (wait: number) => number,
  wait = WAIT_MS,
): Promise<T> {
  const end = performance.now() + wait;
  for (;;) {
    try {
      return await attempt(round(Math.max(0, Math.ceil(end - performance.now()))));
    } catch (error) {
      if (!(error instanceof RbacError && error.retry) || performance.now() >= end) throw error;
      await setTimeout(Math.random() * PAUSE_MS);
    }
  }
}
