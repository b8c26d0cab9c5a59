/** Runs transactions under the write lock. */
import type { Transaction } from "kysely";
import type { Connection } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import type { RevisionStep } from "../engine/revision.ts";
import { withLastStep } from "../engine/signal-hearing.ts";
import type { Tables } from "../engine/tables.ts";
import { retryUntilLocked } from "./retry-until-locked.ts";

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
