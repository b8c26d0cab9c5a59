/** One transaction with the tables to JOIN: reading them, or filling them while others see them as they were. */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Connection } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import { withLastStep } from "../engine/signal-hearing.ts";
import type { Tables } from "../engine/tables.ts";
import type { TransactionReads } from "../read/transaction-reads.ts";
import { withWriteLock } from "../write/write-lock.ts";
import { TablesToJoin } from "./tables-to-join.ts";

/** What is done with the tables and the reads of one snapshot. */
export type UseOfJoinTables<T> = (tables: TablesToJoin, reads: TransactionReads) => Promise<T>;

type Open = Pick<Connection, "db" | "dialect" | "name" | "isDraft">;

/**
 * Runs `use` in one transaction: what it writes is seen as a whole once it is done, or not at all. To fill, other
 * writers of an SQLite file wait; on a server only those wait who fill the tables, too.
 * @throws RbacError (exit 4), or the error of `use`.
 */
export function inJoining<T>(
  connection: Open,
  to: "read" | "fill",
  use: UseOfJoinTables<T>,
  readsIn: (trx: Transaction<Tables>) => Promise<TransactionReads>,
): Promise<T> {
  const { db, dialect, name, isDraft } = connection;
  const act = async (trx: Transaction<Tables>) => use(new TablesToJoin(trx, dialect), await readsIn(trx));
  if (to === "read") return db.transaction().setIsolationLevel("repeatable read").execute(act);
  const { beginFilling } = dialect;
  if (!beginFilling) return withWriteLock(connection, 0, act);
  const begin: readonly RawBuilder<unknown>[] = beginFilling.map((statement) => sql.raw(statement));
  return withLastStep(
    (last) =>
      db
        .transaction()
        .setIsolationLevel("repeatable read")
        .execute(async (trx) => {
          for (const statement of begin) await statement.execute(trx);
          const made = await act(trx);
          await last();
          return made;
        }),
    isDraft,
  ).catch((error: unknown) => {
    throw translate(name, error);
  });
}
