/** Reads tables in the order of their keys, a page at a time, so that millions of rows are never in memory. */
import { type Expression, type SqlBool, sql, type Transaction } from "kysely";
import { RECORDS } from "../../policy/model/records.ts";
import type { AnyRow, Kind } from "../../policy/model/rows.ts";
import type { Part, RowsOfKind } from "../../policy/part/part.ts";
import type { OnProgress } from "../../progress.ts";
import type { Connection } from "../engine/connection.ts";
import { eventTurn } from "../engine/event-turn.ts";
import { type Column, rowFromValues, TABLE, type TableName, type Tables, withAnyColumns } from "../engine/tables.ts";
import { partCondition } from "./part-condition.ts";

/** Small enough that V8 frees a page while it is young, large enough for the latency of a remote database. */
const PAGE_SIZE = 2000;

type OpenDatabase = Pick<Connection, "db" | "prepare">;
type Columns = readonly Column[];

/** What to read of a table in pages. */
interface PagedTable {
  readonly table: TableName;
  /** The columns that identify a row, in the order in which rows are read; they are among `columns`. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
  readonly where?: Expression<SqlBool>;
  readonly pageSize?: number;
}

/**
 * Prepares the reading of a table, and returns a function that reads the rows after a key, page by page. Only in a
 * transaction are all pages of one snapshot. With `null`, rows with a key that rbac never writes come first.
 */
export function tablePages<Row extends Columns = Columns>(
  { db, prepare }: OpenDatabase,
  { table, key, columns, where, pageSize = PAGE_SIZE }: PagedTable,
): (after?: Columns | null) => AsyncGenerator<readonly Row[], void> {
  const compiled = (isFirst: boolean) => {
    let query = withAnyColumns(db).selectFrom(table).select(columns);
    // Without a bound, a literal limit makes SQLite prefer to sort another index, which is no copy of a damaged table.
    query = query.limit(isFirst ? pageSize : sql.lit(pageSize));
    if (where) query = query.where(where);
    if (!isFirst) query = query.where(isBeyond(key));
    for (const column of key) query = query.orderBy(column);
    return query.compile();
  };
  const next = compiled(false);
  const parameters = next.parameters.slice(0, -key.length) as Columns; // Those of `where`; the key is last.
  const nextPage = prepare(next);
  const pageAfter = (last: Columns | null) => {
    if (last) return nextPage(...parameters, ...last);
    const first = compiled(true);
    return prepare(first)(...(first.parameters as Columns));
  };
  const positions = key.map((column) => columns.indexOf(column));
  const lowest = key.map((column) => (column === "seq" || column === "revision" ? 0 : ""));
  return async function* (after = lowest) {
    for (let last = after; ; ) {
      const rows = (await pageAfter(last)) as readonly Row[];
      const lastRow = rows.at(-1);
      if (!lastRow) return;
      yield rows;
      await eventTurn();
      const end = positions.map((position) => lastRow[position] as Column);
      // A damaged key may not be read as it is stored, so that the same page would be read for ever.
      if (rows.length < pageSize || end.every((column, at) => column === last?.[at])) return;
      last = end;
    }
  };
}

/** True for the rows behind a key, whose columns are the parameters. */
function isBeyond(key: readonly string[]): Expression<SqlBool> {
  const refs = sql.join(key.map((column) => sql.ref(column)));
  return sql<SqlBool>`(${refs}) > (${sql.join(key.map(() => ""))})`;
}

/** The rows of a kind as columns: its key, then the fields. @param within at least those within this part */
export function columnPages(
  open: OpenDatabase,
  kind: Kind,
  fields: readonly string[],
  within?: Part,
): AsyncGenerator<readonly Columns[], void> {
  const { key } = RECORDS[kind];
  const where = within && { where: partCondition(within, kind) };
  return tablePages(open, { table: TABLE[kind], key, columns: [...key, ...fields], ...where })();
}

/** Like `columnPages`, but yields rows of the policy. */
export async function* rowPages(
  open: OpenDatabase,
  kind: Kind,
  fields: readonly string[],
  within?: Part,
): AsyncGenerator<AnyRow[], void> {
  const names = [...RECORDS[kind].key, ...fields];
  for await (const page of columnPages(open, kind, fields, within))
    yield page.map((columns) => rowFromValues(names, columns));
}

/** Reads the rows of any kind, in the order of their keys. */
export function rowsByKind(open: OpenDatabase, onProgress?: OnProgress): RowsOfKind {
  let done = 0;
  return async function* (kind, within) {
    for await (const page of rowPages(open, kind, RECORDS[kind].fields, within)) {
      yield* page;
      done += page.length;
      onProgress?.({ step: "reading", unit: "rows", done });
    }
  };
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
