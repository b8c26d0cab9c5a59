/** Runs transactions under the write lock, and waits for other writers. */
import { setTimeout } from "node:timers/promises";
import type { Transaction } from "kysely";
import { RbacError } from "../../errors.ts";
import type { Connection } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import { withLastStep } from "../engine/event-turn.ts";
import type { RevisionStep } from "../engine/revision.ts";
import type { Tables } from "../engine/tables.ts";

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
async function retryUntilLocked<T>(
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

/**
 * Runs `act` in a transaction that begins with the write lock. It is `read committed`, so that statements after the
 * lock see what other writers committed while it waited.
 * @param step how far to move the revision on
 * @param act gets the revision after the step
 * @param wait how long to wait for other writers, in milliseconds
 * @throws RbacError (exit 4), or the error of `act`.
 */
export const withWriteLock = <T>(
  { db, dialect, name, isDraft }: Pick<Connection, "db" | "dialect" | "name" | "isDraft">,
  step: RevisionStep,
  act: (trx: Transaction<Tables>, revision: number) => Promise<T>,
  wait?: number,
): Promise<T> => {
  const transaction = db.transaction().setIsolationLevel("read committed");
  const run = (within: number, last: () => Promise<void>) =>
    transaction.execute(async (trx) => {
      const made = await act(trx, await dialect.lock(trx, within, step));
      await last();
      return made;
    });
  const attempt = (within: number) =>
    withLastStep((last) => run(within, last), isDraft).catch((error: unknown) => {
      throw translate(name, error);
    });
  return retryUntilLocked(attempt, dialect.lockAttemptMs, wait);
};
