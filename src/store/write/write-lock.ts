/** Waiting for one's turn to write. */
import { setTimeout } from "node:timers/promises";
import type { Transaction } from "kysely";
import { RbacError } from "../../errors.ts";
import type { Connection } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import type { Tables } from "../engine/tables.ts";

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
      await setTimeout(Math.random() * PAUSE_MS);
    }
  }
}

/**
 * Does something in a transaction that begins with the write lock, when its turn has come. What was read before the lock does not
 * count: then each statement sees what is committed. @throws RbacError (exit 4), or what is thrown inside.
 */
export const withWriteLock = <T>(
  { db, dialect, name }: Pick<Connection, "db" | "dialect" | "name">,
  act: (trx: Transaction<Tables>) => Promise<T>,
  wait?: number,
): Promise<T> => {
  const transaction = db.transaction().setIsolationLevel("read committed");
  const attempt = (within: number) =>
    transaction
      .execute((trx) => dialect.lock(trx, within).then(() => act(trx)))
      .catch((error: unknown) => {
        throw translate(name, error);
      });
  return retryUntilLocked(attempt, dialect.lockRound, wait);
};
