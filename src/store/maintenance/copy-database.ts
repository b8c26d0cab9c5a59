/** Copies a database: from file to file by the driver's own means, and row by row into another kind of database. */
import { KINDS, RECORDS } from "../../policy/model/records.ts";
import type { OnProgress } from "../../progress.ts";
import { ENTRY_COLUMNS, head } from "../audit/entries.ts";
import { connect, isServer, locationOf } from "../connect.ts";
import type { Connection } from "../engine/connection.ts";
import { runSteps } from "../engine/migrations.ts";
import { withLastStep } from "../engine/signal-hearing.ts";
import { columnsOf, TABLE, type TableName } from "../engine/tables.ts";
import { tablePages } from "../sql/keyset-pages.ts";
import { reserveFile } from "../sqlite/driver.ts";
import { insertAll } from "../write/bulk-insert.ts";

/** Copies a database, which may be in use, into a new SQLite file. @throws RbacError `DATABASE_EXISTS` (exit 3). */
export async function backUp(from: Connection, file: string, onProgress?: OnProgress): Promise<void> {
  const location = await locationOf(file);
  await location.appear((draft) => fillFrom(from, draft, { onProgress }));
}

export interface CopyOptions {
  /**
   * The copy's time of creation, if it should differ from that of the original: processes that have the original open
   * recognise another database by it.
   */
  readonly createdAt?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** A file with more entries than these is copied for longer than a moment. */
const LONG_TO_COPY = 50_000;

/** Fills a draft with everything in a database, from one snapshot. */
export async function fillFrom(from: Connection, draft: string, options: CopyOptions): Promise<void> {
  const { copyInto } = from.dialect;
  if (copyInto && !isServer(draft)) {
    options.onProgress?.({ step: "copying the database", isLong: (await head(from.db)).seq > LONG_TO_COPY });
    reserveFile(draft);
    await copyInto(from.db, draft);
    if (options.createdAt !== undefined) await setCreation(draft, options.createdAt);
    return;
  }
  const to = await connect(draft, "create");
  await copyRows(from, to, options).finally(() => to.close());
}

async function setCreation(draft: string, createdAt: string): Promise<void> {
  const copy = await connect(draft, "write");
  const set = copy.db.updateTable("meta").set({ created_at: createdAt });
  await set.execute().finally(() => copy.close());
}

const copyRows = (from: Connection, to: Connection, { createdAt, onProgress }: CopyOptions): Promise<void> =>
  from.db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute((source) =>
      withLastStep(
        (last) =>
          to.db.transaction().execute(async (target) => {
            const { version, revision, created_at } = await source
              .selectFrom("meta")
              .select(["version", "revision", "created_at"])
              .executeTakeFirstOrThrow();
            await runSteps(target, to.dialect, 0, createdAt ?? created_at);
            await target.updateTable("meta").set({ version, revision }).execute();
            const open = { db: source, prepare: from.prepare };
            let done = 0;
            const tick = (rows: number) => {
              done += rows;
              onProgress?.({ step: "copying", unit: "rows", done });
            };
            const copy = async (table: TableName, key: readonly string[], columns: readonly string[]) => {
              for await (const page of tablePages(open, { table, key, columns })())
                await insertAll(target, table, columns, page, tick);
            };
            for (const kind of KINDS) await copy(TABLE[kind], RECORDS[kind].key, columnsOf(kind));
            await copy("entries", ["seq"], ENTRY_COLUMNS);
            await last();
          }),
        to.isDraft,
      ),
    );
