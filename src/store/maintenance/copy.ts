/** Copying a database: in its own way from file to file, and row by row into another kind of database. */
import { KINDS, RECORDS } from "../../policy/model/policy.ts";
import { ENTRY_COLUMNS } from "../audit/entries.ts";
import { connect, isServer, locationOf } from "../connect.ts";
import type { Connection } from "../engine/connection.ts";
import { runSteps } from "../engine/migrations.ts";
import { columnsOf, TABLE, type Tables } from "../engine/tables.ts";
import { tablePages } from "../sql/keyset-pages.ts";
import { reserveFile } from "../sqlite/driver.ts";
import { insertAll } from "../write/bulk-insert.ts";

/** Copies a database that may be in use into a new file of SQLite. @throws RbacError `DATABASE_EXISTS` (exit 3). */
export async function backUp(from: Connection, file: string): Promise<void> {
  const place = await locationOf(file);
  await place.appear((draft) => fillFrom(from, draft));
}

/**
 * Fills a draft with everything that a database holds at one moment.
 * @param made when it counts as made, where that is not when the other one was: who had the one open tells by it that it is another
 */
export async function fillFrom(from: Connection, draft: string, made?: string): Promise<void> {
  const { copyInto } = from.dialect;
  if (copyInto && !isServer(draft)) {
    reserveFile(draft);
    return copyInto(from.db, draft);
  }
  const to = await connect(draft, "create");
  await copyRows(from, to, made).finally(() => to.close());
}

const copyRows = (from: Connection, to: Connection, made?: string): Promise<void> =>
  from.db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute((reading) =>
      to.db.transaction().execute(async (writing) => {
        const { version, revision, created_at } = await reading
          .selectFrom("meta")
          .select(["version", "revision", "created_at"])
          .executeTakeFirstOrThrow();
        await runSteps(writing, to.dialect, 0, made ?? created_at);
        await writing.updateTable("meta").set({ version, revision }).execute();
        const open = { db: reading, prepare: from.prepare };
        const copy = async (table: keyof Tables & string, key: readonly string[], columns: readonly string[]) => {
          for await (const page of tablePages(open, table, key, columns))
            await insertAll(writing, table, columns, page, () => {});
        };
        for (const kind of KINDS) await copy(TABLE[kind], RECORDS[kind].key, columnsOf(kind));
        await copy("entries", ["seq"], ENTRY_COLUMNS);
      }),
    );
