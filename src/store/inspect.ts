/** Looking a whole database over: its record, its tables against the record, its schema, its pages. */
import { type Kysely, sql } from "kysely";
import { KINDS, type Kind, RECORDS } from "../policy/model.ts";
import type { Anchor } from "./anchor.ts";
import { type Connection, translate } from "./connect.ts";
import { ENTRY_COLUMNS } from "./entries.ts";
import { type Column, columnsOf, type EntryRow, fromColumns, TABLE, type Tables } from "./tables.ts";
import { type Report, Verifier, type Written } from "./verify.ts";

export interface Expected {
  readonly key?: Uint8Array | undefined;
  readonly anchor?: Anchor | undefined;
  /** The schema of a database that nobody touched. */
  readonly schema: ReadonlyMap<string, string>;
}

/** Checks everything, from the first entry on; what cannot even be read is a fault like any other. */
export async function inspect({ db, traits }: Pick<Connection, "db" | "traits">, expected: Expected): Promise<Report> {
  const verifier = new Verifier(expected);
  const attempt = async (what: string, look: () => Promise<void>) => {
    try {
      await look();
    } catch (error) {
      const { message } = translate("the database", error) as Error;
      verifier.fault("damaged", null, `${what} cannot be read: ${message}`);
    }
  };
  await attempt("the record", () => readEntries(db, (row) => verifier.entry(writtenFrom(row), row)));
  for (const kind of KINDS) await attempt(`the table ${TABLE[kind]}`, () => readTable(db, kind, verifier));
  if (verifier.lacking) await attempt("the record", () => readEntries(db, (row) => verifier.missing(writtenFrom(row))));
  await attempt("the table meta", async () => {
    const { revision } = await db.selectFrom("meta").select("revision").executeTakeFirstOrThrow();
    if (revision === verifier.revision) return;
    verifier.fault(
      "revision",
      null,
      `the database says revision ${revision}, its record ends at ${verifier.revision}`,
      "meta",
    );
  });
  await attempt("the schema", async () => compareSchema(await traits.schema(db), expected.schema, verifier));
  await attempt("the file", async () => {
    for (const line of await traits.integrity(db)) verifier.fault("damaged", null, line);
  });
  verifier.finish();
  return verifier.report();
}

/** Small enough that a page is forgotten before the next is read. */
const PAGE = 1000;

async function readEntries(db: Kysely<Tables>, look: (row: EntryRow) => void): Promise<void> {
  const first = db.selectFrom("entries").select(ENTRY_COLUMNS).orderBy("seq").limit(PAGE);
  for (let after: number | undefined; ; ) {
    const page = await (after === undefined ? first : first.where("seq", ">", after)).execute();
    for (const row of page) look(row);
    const last = page.at(-1);
    // Numbers beyond 2^53 lose digits, and could be read for ever: each of them is a fault already.
    if (!last || page.length < PAGE || last.seq === after) return;
    after = last.seq;
  }
}

function writtenFrom(row: EntryRow): Written {
  const { seq, revision, at, actor, reason, prev, hash } = row;
  const mac = row.mac ?? undefined;
  return { seq, revision, at, actor, osUser: row.os_user, reason, text: row.change, prev, hash, mac };
}

/** A table in the order of its key, a page at a time. */
async function readTable(db: Kysely<Tables>, kind: Kind, verifier: Verifier): Promise<void> {
  const key: readonly string[] = RECORDS[kind].key;
  const order = sql.join(key.map((column) => sql.ref(column)));
  for (let last: readonly Column[] | undefined; ; ) {
    let query = db.selectFrom(TABLE[kind]).selectAll().orderBy(order).limit(PAGE);
    if (last) query = query.where(sql<boolean>`(${order}) > (${sql.join(last)})`);
    const page = (await query.execute()) as Record<string, Column>[];
    for (const columns of page) {
      verifier.row(
        kind,
        TABLE[kind],
        fromColumns(columns),
        columnsOf(kind).map((column) => columns[column] ?? null),
      );
    }
    const end = page.at(-1);
    if (!end || page.length < PAGE) return;
    last = key.map((column) => end[column] ?? null);
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
