/** Looking a whole database over: its record, its tables against the record, its schema, its pages. */
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
  readonly anchor?: TrustedHead | undefined;
  /** The schema of a database that nobody touched. */
  readonly schema: ReadonlyMap<string, string>;
  /** How many rows to hold at once, where it is not the usual number. */
  readonly most?: number | undefined;
}

type Open = Pick<Connection, "db" | "dialect" | "prepare">;

/** The schema of a file of SQLite as it is made. */
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
 * Checks everything, from the first entry on; what cannot even be read is a fault like any other. More rows than memory should hold are
 * looked at in turns, for each of which record and tables are read once more.
 */
export async function inspect(connection: Open, expected: VerificationInput): Promise<VerificationReport> {
  const { db, dialect } = connection;
  const verifier = new Verifier(expected);
  const unread = new Set<string>(); // Told once, however many turns there are.
  const attempt = async (what: string, look: () => Promise<void>) => {
    try {
      await look();
    } catch (error) {
      if (unread.has(what)) return;
      unread.add(what);
      const { message } = translate("the database", error) as Error;
      verifier.fault("damaged", null, `${what} cannot be read: ${message}`);
    }
  };
  const readRecord = (look: Look) => attempt("the record", () => readEntries(connection, look));
  await readRecord((entry, filed) => verifier.entry(entry, filed));
  for (;;) {
    for (const kind of KINDS) await attempt(`the table ${TABLE[kind]}`, () => readTable(connection, kind, verifier));
    if (verifier.lacking) await readRecord((entry) => verifier.missing(entry));
    if (!verifier.turn()) break;
    await readRecord((entry) => verifier.again(entry));
  }
  await attempt("the table meta", async () => {
    const rows = await db.selectFrom("meta").select(["revision", "created_at"]).orderBy("id").execute();
    compareMeta(rows, verifier);
  });
  await attempt("the schema", async () => compareSchema(await dialect.schema(db), expected.schema, verifier));
  await attempt("the file", async () => {
    for (const line of await dialect.integrity(db)) verifier.fault("damaged", null, line);
  });
  verifier.finish();
  return verifier.report();
}

/** Small enough that a page is forgotten before the next is read. */
const PAGE = 1000;

type Look = (entry: WrittenEntry, filed: SearchColumns) => void;

async function readEntries({ db, prepare }: Open, look: Look): Promise<void> {
  const first = db.selectFrom("entries").select(ENTRY_COLUMNS).orderBy("seq").limit(PAGE);
  for (let after: number | undefined; ; ) {
    const query = (after === undefined ? first : first.where("seq", ">", after)).compile();
    const page = (await prepare(query)(...(query.parameters as Column[]))) as unknown as readonly EntryTuple[];
    for (const tuple of page) readEntry(tuple, look);
    const last = page.at(-1)?.[0];
    // Numbers beyond 2^53 lose digits, and could be read for ever: each of them is a fault already.
    if (last === undefined || page.length < PAGE || last === after) return;
    after = last;
  }
}

type Tuple<Columns extends readonly (keyof EntryRow)[]> = { readonly [at in keyof Columns]: EntryRow[Columns[at]] };
type EntryTuple = Tuple<typeof ENTRY_COLUMNS>;

function readEntry(tuple: EntryTuple, look: Look): void {
  const [seq, revision, at, actor, osUser, reason, text, kind, user, role, inherits, permission, prev, hash, mac] =
    tuple;
  const entry = { seq, revision, at, actor, osUser, reason, text, prev, hash, mac: mac ?? undefined };
  look(entry, { kind, user, role, inherits, permission });
}

/** A table in the order of its key, a page at a time. */
async function readTable({ db, prepare }: Open, kind: Kind, verifier: Verifier): Promise<void> {
  const key: readonly string[] = RECORDS[kind].key;
  const columns = columnsOf(kind);
  const order = sql.join(key.map((column) => sql.ref(column)));
  const first = db
    .selectFrom(TABLE[kind])
    .select([...columns])
    .orderBy(order)
    .limit(PAGE);
  for (let last: readonly Column[] | undefined; ; ) {
    const query = (last ? first.where(sql<boolean>`(${order}) > (${sql.join(last)})`) : first).compile();
    const page = await prepare(query)(...(query.parameters as Column[]));
    for (const tuple of page) verifier.row(kind, TABLE[kind], rowFromValues(columns, tuple), tuple);
    const end = page.at(-1);
    if (!end || page.length < PAGE) return;
    last = key.map((column) => end[columns.indexOf(column)] ?? null);
  }
}

/** Of `meta` the record knows the revision only; the rest must at least have its form. */
function compareMeta(rows: readonly Pick<Tables["meta"], "revision" | "created_at">[], verifier: Verifier): void {
  if (rows.length !== 1) verifier.fault("row", null, `meta has ${rows.length} rows, and must have one`, "meta");
  for (const { revision, created_at: made } of rows) {
    if (revision !== verifier.revision)
      verifier.fault(
        "revision",
        null,
        `the database says revision ${revision}, its record ends at ${verifier.revision}`,
        "meta",
      );
    if (Number.isNaN(Date.parse(made)) || new Date(made).toISOString() !== made)
      verifier.fault("row", null, "meta does not say when the database was made", "meta");
  }
}

/** Tables, indices and triggers as they must be: without its triggers the record could be edited without a trace. */
function compareSchema(
  found: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  verifier: Verifier,
): void {
  for (const [name, text] of expected) {
    if (!found.has(name)) verifier.fault("schema", null, `${name} is missing`);
    else if (found.get(name) !== text) verifier.fault("schema", null, `${name} is not as rbac makes it`);
  }
  for (const name of found.keys()) if (!expected.has(name)) verifier.fault("schema", null, `${name} is none of ours`);
}
