/** Copying a database: in its own way from file to file, and row by row into another kind of database. */
import { sql } from "kysely";
import { KINDS, RECORDS } from "../policy/model.ts";
import { connect, isServer, placeOf } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { ENTRY_COLUMNS } from "./entries.ts";
import { migrate } from "./migrations.ts";
import { reserve } from "./sqlite/driver.ts";
import { type Column, columnsOf, TABLE, type Tables } from "./tables.ts";
import { insertAll } from "./write.ts";

/** Copies a database that may be in use into a new file of SQLite. @throws RbacError `DATABASE_EXISTS` (exit 3). */
export async function backUp(from: Connection, file: string): Promise<void> {
  const place = await placeOf(file);
  await place.appear((draft) => fillFrom(from, draft));
}

/** Fills a draft with everything that a database holds at one moment. */
export async function fillFrom(from: Connection, draft: string): Promise<void> {
  const { copyInto } = from.traits;
  if (copyInto && !isServer(draft)) {
    reserve(draft);
    return copyInto(from.db, draft);
  }
  const to = await connect(draft, "create");
  try {
    await copyRows(from, to);
    await to.traits.fold(to.db);
  } finally {
    await to.close();
  }
}

const copyRows = (from: Connection, to: Connection): Promise<void> =>
  from.db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute((reading) =>
      to.db.transaction().execute(async (writing) => {
        const {
          version,
          revision,
          created_at: made,
        } = await reading.selectFrom("meta").select(["version", "revision", "created_at"]).executeTakeFirstOrThrow();
        await migrate(writing, to.traits, 0, made);
        await writing.updateTable("meta").set({ version, revision }).execute();
        const copy = async (table: keyof Tables & string, key: readonly string[], columns: readonly string[]) => {
          for await (const page of pages(from, table, key, columns))
            await insertAll(writing, table, columns, page, () => {});
        };
        for (const kind of KINDS) await copy(TABLE[kind], RECORDS[kind].key, columnsOf(kind));
        await copy("entries", ["seq"], ENTRY_COLUMNS);
      }),
    );

const PAGE = 5000;

/** A table in the order of its key, a page at a time. */
async function* pages(
  { db, prepare }: Connection,
  table: string,
  key: readonly string[],
  columns: readonly string[],
): AsyncIterable<readonly (readonly Column[])[]> {
  const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));
  const at = key.map((name) => columns.indexOf(name));
  for (let last: readonly Column[] | undefined; ; ) {
    const after = last ? sql`where (${refs(key)}) > (${sql.join(last)})` : sql``;
    const query = sql`select ${refs(columns)} from ${sql.table(table)} ${after} order by ${refs(key)} limit ${sql.lit(PAGE)}`;
    const compiled = query.compile(db);
    const page = await prepare(compiled)(...(compiled.parameters as Column[]));
    yield page;
    const end = page.at(-1);
    if (!end || page.length < PAGE) return;
    last = at.map((column) => end[column] ?? null);
  }
}
