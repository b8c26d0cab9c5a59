/** Reads tables in the order of their keys, a page at a time, so that millions of rows are never in memory. */
import { sql, type Transaction } from "kysely";
import { type AnyRow, KINDS, type Kind, RECORDS } from "../../policy/model/policy.ts";
import type { Connection } from "../engine/connection.ts";
import { type Column, rowFromValues, TABLE, type Tables } from "../engine/tables.ts";

/** Small enough that V8 frees a page while it is young, large enough for the latency of a remote database. */
const PAGE_SIZE = 2000;

type OpenDatabase = Pick<Connection, "db" | "prepare">;
type Columns = readonly Column[];

/** The rows of a kind as columns: its key, then the fields. Only in a transaction are all pages of one snapshot. */
export function columnPages(
  open: OpenDatabase,
  kind: Kind,
  fields: readonly string[],
): AsyncGenerator<readonly Columns[], void> {
  const key = RECORDS[kind].key as readonly string[];
  return tablePages(open, TABLE[kind], key, [...key, ...fields]);
}

/** The rows of a table as columns. `columns` must begin with `key`. */
export async function* tablePages(
  { db, prepare }: OpenDatabase,
  table: keyof Tables & string,
  key: readonly string[],
  columns: readonly string[],
): AsyncGenerator<readonly Columns[], void> {
  const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));
  const lowest = table === "entries" ? 0 : "";
  const limit = sql.lit(PAGE_SIZE);
  const page = prepare(
    sql`select ${refs(columns)} from ${sql.table(table)}
      where (${refs(key)}) > (${sql.join(key.map(() => lowest))}) order by ${refs(key)} limit ${limit}`.compile(db),
  );
  for (let after: Columns = key.map(() => lowest); ; ) {
    const rows = await page(...after);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < PAGE_SIZE) return;
    after = last.slice(0, key.length);
  }
}

/** Like `columnPages`, but yields rows of the policy. */
export async function* rowPages(
  open: OpenDatabase,
  kind: Kind,
  fields: readonly string[],
): AsyncGenerator<AnyRow[], void> {
  const names = [...RECORDS[kind].key, ...fields];
  for await (const page of columnPages(open, kind, fields)) yield page.map((columns) => rowFromValues(names, columns));
}

/** Every row of the policy: kinds in the order of `KINDS`, rows in the order of their keys. */
export async function* allRows(open: OpenDatabase): AsyncIterable<readonly [Kind, AnyRow]> {
  for (const kind of KINDS)
    for await (const page of rowPages(open, kind, RECORDS[kind].fields)) for (const row of page) yield [kind, row];
}

/**
 * Streams parts that are read in one transaction, so all are of one snapshot. The transaction ends before the last part
 * is yielded, so that a slow reader of a single page blocks nobody. It also ends when the reader stops early.
 */
export async function* streamInTransaction<T>(
  db: Connection["db"],
  read: (trx: Transaction<Tables>) => AsyncIterable<T> | Promise<AsyncIterable<T>>,
): AsyncGenerator<T, void> {
  const trx = await db.startTransaction().setIsolationLevel("repeatable read").execute();
  let delayed: T[] = [];
  try {
    for await (const part of await read(trx)) {
      yield* delayed;
      delayed = [part];
    }
  } finally {
    await trx.rollback().execute();
  }
  yield* delayed;
}
