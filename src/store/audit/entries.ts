/** The entries of the audit record, one for each change: their types, their columns, and queries for them. */

import { type Expression, expressionBuilder, type Kysely, type SqlBool } from "kysely";
import { type RbacError, unavailable } from "../../errors.ts";
import { type Change, kindOf, valuesOf } from "../../policy/model/change.ts";
import { RECORDS } from "../../policy/model/records.ts";
import type { Entry, FormerName } from "../../policy/model/results.ts";
import type { OnProgress } from "../../progress.ts";
import type { Connection } from "../engine/connection.ts";
import { type Column, type EntryRow, isAsWritten, type Tables } from "../engine/tables.ts";
import { tablePages, tablePagesInSteps } from "../sql/keyset-pages.ts";

export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly mac: string | null;
}

/** The number, hash and MAC of the last entry; 0, `""` and `null` if the record is empty. */
export async function head(db: Kysely<Tables>): Promise<Head> {
  const last = await db
    .selectFrom("entries")
    .select(["seq", "hash", "mac"])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return last ?? { seq: 0, hash: "", mac: null };
}

/** The hash of the entry of a number; `""` where there is none, as before the first. */
export async function entryHash(db: Kysely<Tables>, seq: number): Promise<string> {
  return (await db.selectFrom("entries").select("hash").where("seq", "=", seq).executeTakeFirst())?.hash ?? "";
}

export const ENTRY_COLUMNS = [
  "seq",
  "revision",
  "at",
  "actor",
  "os_user",
  "reason",
  "change",
  "kind",
  "user",
  "role",
  "inherits",
  "permission",
  "prev",
  "hash",
  "mac",
] as const satisfies readonly (keyof EntryRow)[];

/** An entry as columns in the order of `ENTRY_COLUMNS`; `text` is the canonical JSON of its change. */
export function entryColumns(
  { change, osUser, mac = null, ...entry }: Omit<Entry, "mac"> & { mac?: string | null },
  text: string,
): Column[] {
  const { user, role, inherits, permission } = change as SearchableFields;
  const { seq, revision, at, actor, reason, prev, hash } = entry;
  const searchable = [user ?? null, role ?? null, inherits ?? null, permission ?? null] as const;
  return [seq, revision, at, actor, osUser, reason, text, change.kind, ...searchable, prev, hash, mac];
}

/** The fields of a change that entries are searched by. */
type SearchableFields = { readonly [field in "user" | "role" | "inherits" | "permission"]?: string };

/** An entry from its row; the fields of the change are in the order for people, not in canonical order. */
export function fromRow(row: EntryRow): Entry {
  const { seq, revision, at, actor, os_user: osUser, reason, prev, hash } = row;
  return {
    seq,
    revision,
    at,
    actor,
    osUser,
    reason,
    change: parseChange(row),
    prev,
    hash,
    ...(row.mac !== null && { mac: row.mac }),
  };
}

/**
 * The change of a row of `entries`.
 * @throws RbacError `RECORD_DAMAGED` for damaged text, `DATABASE_NEWER` for a kind unknown to this version (exit 4).
 */
export function parseChange({ seq, change: text }: Pick<EntryRow, "seq" | "change">): Change {
  const change = changeFromText(text);
  if (!change || hasLostSomething(change))
    throw unavailable("RECORD_DAMAGED", `entry ${seq} of the record is damaged: rbac audit verify tells more`);
  if (Object.hasOwn(RECORDS, kindOf(change))) return inReadingOrder(change);
  throw unavailable("DATABASE_NEWER", `entry ${seq} of the record is of a kind that this rbac does not know`);
}

/** The change in the text of an entry, as it is written there: its kind may be unknown, and fields may be missing. */
export function changeFromText(text: string): Change | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const kind = (value as { readonly kind?: unknown } | null)?.kind;
    return typeof kind === "string" ? (value as Change) : undefined;
  } catch {
    return undefined;
  }
}

/** True where a conditional grant of a change is not what it was written as: it may allow more than was granted. */
export const hasLostSomething = (change: Change): boolean =>
  kindOf(change) === "conditional" &&
  [change.before, change.after].some((side) => side !== null && !isAsWritten({ ...valuesOf(change), ...side }));

function inReadingOrder(change: Change): Change {
  const { kind, before, after, ...key } = change;
  const values = key as { readonly [field: string]: unknown };
  const orderedKey = Object.fromEntries(
    (RECORDS[kindOf(change)].key as readonly string[]).map((field) => [field, values[field]]),
  );
  return { kind, ...orderedKey, before, after } as Change;
}

/** The time in which something had a former name: the revisions that began it, and that renamed it. */
export interface NameSpan extends FormerName {
  readonly from: number;
  /** The text of the entry of the renaming. */
  readonly renaming: string;
}

/** Builds conditions on entries. */
const entry = () => expressionBuilder<Tables, "entries">();

/** An entry as some of its columns. */
type EntryColumns<Names extends readonly (keyof EntryRow)[]> = { readonly [at in keyof Names]: EntryRow[Names[at]] };

/** Like `tablePages`, for some columns of the entries in their order. */
export const entryPages = <const Names extends readonly (keyof EntryRow)[]>(
  open: Pick<Connection, "db" | "prepare">,
  columns: Names,
  options: { readonly pageSize: number; readonly where?: Expression<SqlBool> },
) => tablePages<EntryColumns<Names>>(open, { table: "entries", key: ["seq"], columns, ...options });

/** The same as steps: what it gives for a key gives the next page, an empty one at the end. */
export const entryPagesInSteps = <const Names extends readonly (keyof EntryRow)[]>(
  open: Pick<Connection, "db" | "prepare">,
  columns: Names,
  options: { readonly pageSize: number },
) => tablePagesInSteps<EntryColumns<Names>>(open, { table: "entries", key: ["seq"], columns, ...options });

/** The row of the columns in the order of `ENTRY_COLUMNS`. */
export function entryRow(columns: EntryColumns<typeof ENTRY_COLUMNS>): EntryRow {
  const [seq, revision, at, actor, os_user, reason, change, ...searchable] = columns;
  const [kind, user, role, inherits, permission, prev, hash, mac] = searchable;
  // No spread: V8 takes 16 µs for one before so many properties, and there may be millions of entries.
  return { seq, revision, at, actor, os_user, reason, change, kind, user, role, inherits, permission, prev, hash, mac };
}

/** The error for a reader of several transactions, if `db restore` has put another record there between them. */
export const replacedMeanwhile = (): RbacError =>
  unavailable("DATABASE_LOCKED", "the database was replaced while it was read: try again", { retry: true });

/** All entries up to a last one, oldest first, fetched page by page, each outside of transactions. */
export async function* allEntries(
  { db, prepare, outsideTransactions }: Pick<Connection, "db" | "prepare" | "outsideTransactions">,
  last: Head,
  onProgress?: OnProgress,
): AsyncIterable<Entry> {
  const prepareOutside: Connection["prepare"] = (query) => {
    const prepared = prepare(query);
    return (...parameters) => outsideTransactions(async () => prepared(...parameters));
  };
  const where = entry()("seq", "<=", last.seq);
  const pages = entryPages({ db, prepare: prepareOutside }, ENTRY_COLUMNS, { pageSize: 2000, where });
  for await (const page of pages()) {
    if ((await entryHash(db, last.seq)) !== last.hash) throw replacedMeanwhile();
    yield* page.map((columns) => fromRow(entryRow(columns)));
    onProgress?.({ step: "reading", unit: "entries", done: Number(page.at(-1)?.[0]), total: last.seq });
  }
}

/**
 * All entries about structure and about one user, oldest first: they decide what the user could do at any time.
 * @param spans the times of former names of the user
 */
export async function entriesAbout(
  db: Kysely<Tables>,
  user: string | null,
  spans: readonly NameSpan[] = [],
): Promise<Entry[]> {
  const structure = await db.selectFrom("entries").selectAll().where("user", "is", null).orderBy("seq").execute();
  const ofUser: EntryRow[] =
    user === null ? [] : await db.selectFrom("entries").selectAll().where("user", "=", user).execute();
  for (const { name, from, until } of user === null ? [] : spans) {
    const query = db.selectFrom("entries").selectAll().where("user", "=", name);
    const rows = await query.where("revision", ">=", from).where("revision", "<=", until).execute();
    for (const row of rows) ofUser.push(row);
  }
  return [...structure, ...ofUser].sort((a, b) => a.seq - b.seq).map(fromRow);
}
