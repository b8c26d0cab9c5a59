/** Verifies a whole database: its audit record, its tables against the record, its schema and its pages. */
import { sql } from "kysely";
import { RbacError } from "../../errors.ts";
import { KINDS, RECORDS } from "../../policy/model/records.ts";
import type { VerificationReport } from "../../policy/model/results.ts";
import type { Kind } from "../../policy/model/rows.ts";
import type { OnProgress } from "../../progress.ts";
import { connect } from "../connect.ts";
import { type Connection, IN_MEMORY } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import { createJoinTables, isOfJoinTable } from "../engine/join-tables.ts";
import { runSteps } from "../engine/migrations.ts";
import { columnsOf, convertUnjudged, type EntryRow, rowFromValues, TABLE, type Tables } from "../engine/tables.ts";
import { tablePages } from "../sql/keyset-pages.ts";
import { ENTRY_COLUMNS, entryPages, entryRow, head } from "./entries.ts";
import type { TrustedHead } from "./trusted-head.ts";
import { type SearchColumns, Verifier, type WrittenEntry } from "./verify-record.ts";

export interface VerificationInput {
  readonly key?: Uint8Array | undefined;
  readonly trustedHead?: TrustedHead | undefined;
  /** The schema of an untouched database. */
  readonly schema: ReadonlyMap<string, string>;
  /** How many rows to keep in memory at once, if not the default. */
  readonly most?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
}

type OpenDatabase = Pick<Connection, "db" | "dialect" | "prepare">;

/** The schema of a new SQLite file, with the tables to JOIN. */
export async function schemaInMemory(): Promise<ReadonlyMap<string, string>> {
  const { db, dialect, close } = await connect(IN_MEMORY, "create");
  try {
    await db.transaction().execute((trx) => runSteps(trx, dialect, 0, ""));
    for (const statement of createJoinTables(dialect)) await sql.raw(statement).execute(db);
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
  const { onProgress } = expected;
  const verifier = new Verifier(expected);
  const unreadable = new Set<string>(); // Each is reported once, however many passes there are.
  const attempt = async (subject: string, act: () => Promise<void>) => {
    try {
      await (dialect.separately ? dialect.separately(db, act) : act());
    } catch (error) {
      const translated = translate("the database", error) as Error;
      if (isNoDamage(translated)) throw translated;
      if (unreadable.has(subject)) return;
      unreadable.add(subject);
      verifier.addFault("damaged", null, `${subject} cannot be read: ${translated.message}`);
    }
  };
  const readRecord = (visit: EntryVisitor) => attempt("the record", () => readEntries(connection, visit, onProgress));
  await readRecord((entry, searchColumns) => verifier.checkEntry(entry, searchColumns));
  for (;;) {
    onProgress?.({ step: "verifying the policy" });
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
  onProgress?.({ step: "verifying the pages of the database" });
  await attempt("the file", async () => {
    for (const line of await dialect.integrity(db)) verifier.addFault("damaged", null, line);
  });
  verifier.finish();
  return verifier.report();
}

/** True for what says nothing of the database: it was busy, slow or lost, or does not let this user read. */
const isNoDamage = (error: Error): boolean =>
  error instanceof RbacError && (error.retry || ["DATABASE_TIMEOUT", "DATABASE_DENIED"].includes(error.code));

/** Small enough for V8 to collect a page before the next one is read. */
const PAGE_SIZE = 1000;

type EntryVisitor = (entry: WrittenEntry, searchColumns: SearchColumns) => void;

async function readEntries(open: OpenDatabase, visit: EntryVisitor, onProgress?: OnProgress): Promise<void> {
  const pages = entryPages(open, ENTRY_COLUMNS, { pageSize: PAGE_SIZE });
  const { seq: total } = await head(open.db);
  let done = 0;
  for await (const page of pages(null)) {
    for (const columns of page) visitEntry(entryRow(columns), visit);
    done += page.length;
    onProgress?.({ step: "verifying", unit: "entries", done, total });
  }
}

function visitEntry(row: EntryRow, visit: EntryVisitor): void {
  const { seq, revision, at, actor, os_user: osUser, reason, change: text, prev, hash, mac } = row;
  visit({ seq, revision, at, actor, osUser, reason, text, prev, hash, mac: mac ?? undefined }, row);
}

/** Checks the rows of a table page by page, in the order of its key. */
async function checkTable(open: OpenDatabase, kind: Kind, verifier: Verifier): Promise<void> {
  const { key } = RECORDS[kind];
  const [table, columns] = [TABLE[kind], columnsOf(kind)];
  for await (const page of tablePages(open, { table, key, columns, pageSize: PAGE_SIZE })(null))
    for (const row of page) verifier.checkRow(kind, table, rowFromValues(columns, row, convertUnjudged), row);
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

/**
 * Compares tables, indices and triggers; without its triggers, the record could be edited without a trace. The tables
 * to JOIN may be missing.
 */
function compareSchema(
  found: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  verifier: Verifier,
): void {
  for (const [name, text] of expected) {
    if (!found.has(name)) {
      if (!isOfJoinTable(name)) verifier.addFault("schema", null, `${name} is missing`);
    } else if (found.get(name) !== text) verifier.addFault("schema", null, `${name} is not as rbac makes it`);
  }
  for (const name of found.keys())
    if (!expected.has(name)) verifier.addFault("schema", null, `${name} is none of ours`);
}
