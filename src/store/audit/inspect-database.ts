/** Verifies a whole database: its audit record, its tables against the record, its schema and its pages. */
import { sql } from "kysely";
import { KINDS, type Kind, RECORDS } from "../../policy/model/policy.ts";
import { connect } from "../connect.ts";
import type { Connection } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import { runSteps } from "../engine/migrations.ts";
import { type Column, columnsOf, type EntryRow, rowFromValues, TABLE, type Tables } from "../engine/tables.ts";
import { ENTRY_COLUMNS } from "./entries.ts";
import type { TrustedHead } from "./trusted-head.ts";
import { type SearchColumns, type VerificationReport, Verifier, type WrittenEntry } from "./verify-record.ts";

export interface VerificationInput {
  readonly key?: Uint8Array | undefined;
  readonly trustedHead?: TrustedHead | undefined;
  /** The schema of an untouched database. */
  readonly schema: ReadonlyMap<string, string>;
  /** How many rows to keep in memory at once, if not the default. */
  readonly most?: number | undefined;
}

type OpenDatabase = Pick<Connection, "db" | "dialect" | "prepare">;

/** The schema of a new SQLite file. */
export async function schemaInMemory(): Promise<ReadonlyMap<string, string>> {
  const { db, dialect, close } = await connect(":memory:", "create");
  try {
    await db.transaction().execute((trx) => runSteps(trx, dialect, 0, ""));
    return await dialect.schema(db);
  } finally {
    await close();
  }
}

/**
 * Checks everything, from the first entry on; anything unreadable is reported as a fault. If there are more rows than
 * `most`, they are checked in several passes, and each pass reads the record and the tables again.
 */
export async function inspect(connection: OpenDatabase, expected: VerificationInput): Promise<VerificationReport> {
  const { db, dialect } = connection;
  const verifier = new Verifier(expected);
  const unreadable = new Set<string>(); // Each is reported once, however many passes there are.
  const attempt = async (subject: string, act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      if (unreadable.has(subject)) return;
      unreadable.add(subject);
      const { message } = translate("the database", error) as Error;
      verifier.addFault("damaged", null, `${subject} cannot be read: ${message}`);
    }
  };
  const readRecord = (visit: EntryVisitor) => attempt("the record", () => readEntries(connection, visit));
  await readRecord((entry, searchColumns) => verifier.checkEntry(entry, searchColumns));
  for (;;) {
    for (const kind of KINDS) await attempt(`the table ${TABLE[kind]}`, () => checkTable(connection, kind, verifier));
    if (verifier.hasMissingRows) await readRecord((entry) => verifier.reportIfMissing(entry));
    if (!verifier.nextPass()) break;
    await readRecord((entry) => verifier.replayEntry(entry));
  }
  await attempt("the table meta", async () => {
    const rows = await db.selectFrom("meta").select(["revision", "created_at"]).orderBy("id").execute();
    compareMeta(rows, verifier);
  });
  await attempt("the schema", async () => compareSchema(await dialect.schema(db), expected.schema, verifier));
  await attempt("the file", async () => {
    for (const line of await dialect.integrity(db)) verifier.addFault("damaged", null, line);
  });
  verifier.finish();
  return verifier.report();
}

/** Small enough for V8 to collect a page before the next one is read. */
const PAGE_SIZE = 1000;

type EntryVisitor = (entry: WrittenEntry, searchColumns: SearchColumns) => void;

async function readEntries({ db, prepare }: OpenDatabase, visit: EntryVisitor): Promise<void> {
  const first = db.selectFrom("entries").select(ENTRY_COLUMNS).orderBy("seq").limit(PAGE_SIZE);
  for (let after: number | undefined; ; ) {
    const query = (after === undefined ? first : first.where("seq", ">", after)).compile();
    const page = (await prepare(query)(...(query.parameters as Column[]))) as unknown as readonly EntryTuple[];
    for (const tuple of page) visitEntry(tuple, visit);
    const last = page.at(-1)?.[0];
    // Numbers beyond 2^53 lose digits, so the same page could be read for ever; each such number is already a fault.
    if (last === undefined || page.length < PAGE_SIZE || last === after) return;
    after = last;
  }
}

type Tuple<Columns extends readonly (keyof EntryRow)[]> = {
  readonly [index in keyof Columns]: EntryRow[Columns[index]];
};
type EntryTuple = Tuple<typeof ENTRY_COLUMNS>;

function visitEntry(tuple: EntryTuple, visit: EntryVisitor): void {
  const [seq, revision, at, actor, osUser, reason, text, kind, user, role, inherits, permission, prev, hash, mac] =
    tuple;
  const entry = { seq, revision, at, actor, osUser, reason, text, prev, hash, mac: mac ?? undefined };
  visit(entry, { kind, user, role, inherits, permission });
}

/** Checks the rows of a table page by page, in the order of its key. */
async function checkTable({ db, prepare }: OpenDatabase, kind: Kind, verifier: Verifier): Promise<void> {
  const key: readonly string[] = RECORDS[kind].key;
  const columns = columnsOf(kind);
  const order = sql.join(key.map((column) => sql.ref(column)));
  const first = db
    .selectFrom(TABLE[kind])
    .select([...columns])
    .orderBy(order)
    .limit(PAGE_SIZE);
  for (let lastKey: readonly Column[] | undefined; ; ) {
    const query = (lastKey ? first.where(sql<boolean>`(${order}) > (${sql.join(lastKey)})`) : first).compile();
    const page = await prepare(query)(...(query.parameters as Column[]));
    for (const tuple of page) verifier.checkRow(kind, TABLE[kind], rowFromValues(columns, tuple), tuple);
    const lastRow = page.at(-1);
    if (!lastRow || page.length < PAGE_SIZE) return;
    lastKey = key.map((column) => lastRow[columns.indexOf(column)] ?? null);
  }
}

/** Of `meta`, the record determines the revision only; `created_at` must at least be a time. */
function compareMeta(rows: readonly Pick<Tables["meta"], "revision" | "created_at">[], verifier: Verifier): void {
  if (rows.length !== 1) verifier.addFault("row", null, `meta has ${rows.length} rows, and must have one`, "meta");
  for (const { revision, created_at: createdAt } of rows) {
    if (revision !== verifier.revision)
      verifier.addFault(
        "revision",
        null,
        `the database says revision ${revision}, its record ends at ${verifier.revision}`,
        "meta",
      );
    if (Number.isNaN(Date.parse(createdAt)) || new Date(createdAt).toISOString() !== createdAt)
      verifier.addFault("row", null, "meta does not say when the database was made", "meta");
  }
}

/** Compares tables, indices and triggers; without its triggers, the record could be edited without a trace. */
function compareSchema(
  found: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  verifier: Verifier,
): void {
  for (const [name, text] of expected) {
    if (!found.has(name)) verifier.addFault("schema", null, `${name} is missing`);
    else if (found.get(name) !== text) verifier.addFault("schema", null, `${name} is not as rbac makes it`);
  }
  for (const name of found.keys())
    if (!expected.has(name)) verifier.addFault("schema", null, `${name} is none of ours`);
}
