/** Tables read in the order of their keys, a page at a time, so that millions of rows are never held. */
import { type Kysely, sql } from "kysely";
import { type AnyRow, KINDS, type Kind, RECORDS } from "../policy/model.ts";
import { type Column, settled, TABLE, type Tables } from "./tables.ts";

const PAGE = 10_000;

/** The rows of a kind, with their keys and some fields. Run it in a transaction, so that all of them are of one moment. */
export async function* pagesOf(
  db: Kysely<Tables>,
  kind: Kind,
  fields: readonly string[],
): AsyncIterable<readonly AnyRow[]> {
  const key = RECORDS[kind].key as readonly string[];
  const keys = sql.join(key.map((column) => sql.ref(column)));
  const columns = sql.join([...key, ...fields].map((column) => sql.ref(column)));
  for (let after: Column[] = key.map(() => ""); ; ) {
    const { rows } = await sql<Record<string, Column>>`select ${columns} from ${sql.table(TABLE[kind])}
      where (${keys}) > (${sql.join(after)}) order by ${keys} limit ${sql.lit(PAGE)}`.execute(db);
    const last = rows.at(-1);
    if (last) after = key.map((column) => last[column] ?? "");
    yield rows.map(settled);
    if (rows.length < PAGE) return;
  }
}

/** Every row of the policy, of one moment: kinds in the order of `KINDS`, rows in the order of their keys. */
export async function* allRows(db: Kysely<Tables>): AsyncIterable<readonly [Kind, AnyRow]> {
  const trx = await db.startTransaction().setIsolationLevel("repeatable read").execute();
  try {
    for (const kind of KINDS)
      for await (const page of pagesOf(trx, kind, RECORDS[kind].fields)) for (const row of page) yield [kind, row];
  } finally {
    await trx.rollback().execute();
  }
}
