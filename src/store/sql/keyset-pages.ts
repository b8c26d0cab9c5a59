/** Tables read in the order of their keys, a page at a time, so that millions of rows are never held. */
import { sql, type Transaction } from "kysely";
import { type AnyRow, KINDS, type Kind, RECORDS } from "../../policy/model/policy.ts";
import type { Connection } from "../engine/connection.ts";
import { type Column, rowFromValues, TABLE, type Tables } from "../engine/tables.ts";

/** Few enough that a page is forgotten before it is moved to where things stay, many enough for a database far away. */
const PAGE = 2000;

type Open = Pick<Connection, "db" | "prepare">;
type Columns = readonly Column[];

/** The rows of a kind as columns: its key, then some fields. Run it in a transaction, so that all of them are of one moment. */
export function columnPages(
  open: Open,
  kind: Kind,
  fields: readonly string[],
): AsyncGenerator<readonly Columns[], void> {
  const key = RECORDS[kind].key as readonly string[];
  return tablePages(open, TABLE[kind], key, [...key, ...fields]);
}

/** The rows of a table as columns, the first of which are its key. */
export async function* tablePages(
  { db, prepare }: Open,
  table: keyof Tables & string,
  key: readonly string[],
  columns: readonly string[],
): AsyncGenerator<readonly Columns[], void> {
  const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));
  const least = table === "entries" ? 0 : "";
  const page = prepare(
    sql`select ${refs(columns)} from ${sql.table(table)}
      where (${refs(key)}) > (${sql.join(key.map(() => least))}) order by ${refs(key)} limit ${sql.lit(PAGE)}`.compile(
      db,
    ),
  );
  for (let after: Columns = key.map(() => least); ; ) {
    const rows = await page(...after);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    if (rows.length < PAGE) return;
    after = last.slice(0, key.length);
  }
}

/** The same as rows of the policy. */
export async function* rowPages(open: Open, kind: Kind, fields: readonly string[]): AsyncGenerator<AnyRow[], void> {
  const names = [...RECORDS[kind].key, ...fields];
  for await (const page of columnPages(open, kind, fields)) yield page.map((columns) => rowFromValues(names, columns));
}

/** Every row of the policy: kinds in the order of `KINDS`, rows in the order of their keys. */
export async function* allRows(open: Open): AsyncIterable<readonly [Kind, AnyRow]> {
  for (const kind of KINDS)
    for await (const page of rowPages(open, kind, RECORDS[kind].fields)) for (const row of page) yield [kind, row];
}

/**
 * What a transaction gives part by part, all of it of one moment. It ends before the last part is handed over, so that who reads
 * one page at leisure holds nothing up, and with whoever stops asking.
 */
export async function* streamInTransaction<T>(
  db: Connection["db"],
  ask: (trx: Transaction<Tables>) => AsyncIterable<T> | Promise<AsyncIterable<T>>,
): AsyncGenerator<T, void> {
  const trx = await db.startTransaction().setIsolationLevel("repeatable read").execute();
  let waiting: T[] = [];
  try {
    for await (const part of await ask(trx)) {
      yield* waiting;
      waiting = [part];
    }
  } finally {
    await trx.rollback().execute();
  }
  yield* waiting;
}
