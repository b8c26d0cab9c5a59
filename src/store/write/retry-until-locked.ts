/** Waits for other writers, in attempts between which the process can hear signals. */
import { setTimeout } from "node:timers/promises";
import { RbacError } from "../../errors.ts";

/** How long a change waits for other writers by default, in milliseconds. */
const WAIT_MS = 30_000;
/** The longest pause between two attempts; its length is random, so that colliding writers do not collide again. */
const MAX_PAUSE_MS = 50;

/**
 * Repeats an attempt until it gets the lock that it needs, or time is up.
 * @param attempt waits up to `within` milliseconds for the lock; an error with `retry` means that it changed nothing
 * @param round given the milliseconds left, returns how many to wait in one attempt
 * @param wait how long to go on, in milliseconds
 * @throws the error of the last attempt
 */
export async function retryUntilLocked<T>(
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
      await setTimeout(Math.random() * MAX_PAUSE_MS);
    }
  }
}
