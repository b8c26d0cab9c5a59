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
import type { Steps } from "./steps.ts";

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

/** How a table is read page by page. */
interface PageReader {
  /** The key before all rows. */
  readonly lowest: Columns;
  /** Reads the rows behind a key; with `null` the first, of which some may have a key that rbac never writes. */
  pageAfter(key: Columns | null): readonly Columns[] | Promise<readonly Columns[]>;
  /** The key at the end of a page that was read behind another; `undefined` where no page follows. */
  endOf(page: readonly Columns[], key: Columns | null): Columns | undefined;
}

/** Prepares the reading of a table. */
function pageReader(
  { db, prepare }: OpenDatabase,
  { table, key, columns, where, pageSize = PAGE_SIZE }: PagedTable,
): PageReader {
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
  const positions = key.map((column) => columns.indexOf(column));
  return {
    lowest: key.map((column) => (column === "seq" || column === "revision" ? 0 : "")),
    pageAfter: (last) => {
      if (last) return nextPage(...parameters, ...last);
      const first = compiled(true);
      return prepare(first)(...(first.parameters as Columns));
    },
    endOf: (page, before) => {
      const lastRow = page.at(-1);
      if (!lastRow || page.length < pageSize) return undefined;
      const end = positions.map((position) => lastRow[position] as Column);
      // A damaged key may not be read as it is stored, so that the same page would be read for ever.
      return end.every((column, at) => column === before?.[at]) ? undefined : end;
    },
  };
}

/**
 * Prepares the reading of a table, and returns a function that reads the rows after a key, page by page. Only in a
 * transaction are all pages of one snapshot. With `null`, rows with a key that rbac never writes come first.
 */
export function tablePages<Row extends Columns = Columns>(
  open: OpenDatabase,
  table: PagedTable,
): (after?: Columns | null) => AsyncGenerator<readonly Row[], void> {
  const reader = pageReader(open, table);
  return async function* (after = reader.lowest) {
    for (let last: Columns | null | undefined = after; last !== undefined; ) {
      const rows = (await reader.pageAfter(last)) as readonly Row[];
      if (rows.length === 0) return;
      yield rows;
      await eventTurn();
      last = reader.endOf(rows, last);
    }
  };
}

/** Like `tablePages`, but the function gives one that reads the next page as steps, an empty one at the end. */
export function tablePagesInSteps<Row extends Columns = Columns>(
  open: OpenDatabase,
  table: PagedTable,
): (after?: Columns) => () => Steps<readonly Row[]> {
  const reader = pageReader(open, table);
  return (after = reader.lowest) => {
    let last: Columns | undefined = after;
    return function* () {
      if (last === undefined) return [];
      const rows = yield reader.pageAfter(last);
      last = reader.endOf(rows, last);
      return rows as readonly Row[];
    };
  };
}

/** True for the rows behind a key, whose columns are the parameters. */
function isBeyond(key: readonly string[]): Expression<SqlBool> {
  const refs = sql.join(key.map((column) => sql.ref(column)));
  return sql<SqlBool>`(${refs}) > (${sql.join(key.map(() => ""))})`;
}

/** The rows of a kind as columns: its key, then the fields. @param within at least those within this part */
function columnPages(
  open: OpenDatabase,
  kind: Kind,
  fields: readonly string[],
  within?: Part,
): AsyncGenerator<readonly Columns[], void> {
  const where = within && { where: partCondition(within, kind) };
  return tablePages(open, { ...tableOf(kind, fields), ...where })();
}

const tableOf = (kind: Kind, fields: readonly string[]): PagedTable => {
  const { key } = RECORDS[kind];
  return { table: TABLE[kind], key, columns: [...key, ...fields] };
};

/** Returns what reads the next page of a kind as steps, an empty one at the end: rows as columns, its key first. */
export const columnPagesInSteps = (open: OpenDatabase, kind: Kind, fields: readonly string[]) =>
  tablePagesInSteps(open, tableOf(kind, fields))();

/** Like `columnPages`, but yields rows of the policy. */
async function* rowPages(
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
