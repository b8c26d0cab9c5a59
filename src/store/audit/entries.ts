/** The record: one entry for each change; and searching it. */
import { type Kysely, type SqlBool, sql } from "kysely";
import { unavailable } from "../../errors.ts";
import { type Change, keyFields, kindOf } from "../../policy/model/change.ts";
import { keyOf, RECORDS, type RowRef } from "../../policy/model/policy.ts";
import type { Column, EntryRow, Tables } from "../engine/tables.ts";

/** Who changes something, when, and why. `at` is RFC 3339 UTC with milliseconds. */
export interface Stamp {
  readonly actor: string;
  readonly osUser: string;
  readonly at: string;
  readonly reason: string | null;
}

/** A change and its stamp, as recorded. `prev` is the hash of the entry before, `""` for the first. */
export interface Entry extends Stamp {
  readonly seq: number;
  readonly revision: number;
  readonly change: Change;
  readonly prev: string;
  readonly hash: string;
  /** Present where the record is kept with a key. */
  readonly mac?: string;
}

export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly mac: string | null;
}

/** The last entry's number, hash and code; 0 and `""` before the first. */
export async function head(db: Kysely<Tables>): Promise<Head> {
  const last = await db
    .selectFrom("entries")
    .select(["seq", "hash", "mac"])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return last ?? { seq: 0, hash: "", mac: null };
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

/** An entry in the order of `ENTRY_COLUMNS`; `text` is the canonical JSON of its change. */
export function entryColumns(
  { change, osUser, mac = null, ...entry }: Omit<Entry, "mac"> & { mac?: string | null },
  text: string,
): Column[] {
  const { user, role, inherits, permission } = change as Words;
  const { seq, revision, at, actor, reason, prev, hash } = entry;
  const words = [user ?? null, role ?? null, inherits ?? null, permission ?? null] as const;
  return [seq, revision, at, actor, osUser, reason, text, change.kind, ...words, prev, hash, mac];
}

/** The words of a change that entries are searched by. */
type Words = { readonly [word in "user" | "role" | "inherits" | "permission"]?: string };

/** An entry as it was recorded; the change in the order of words that people read, not the canonical one. */
function fromRow(row: EntryRow): Entry {
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

/** @throws RbacError (exit 4) for what this version never wrote: a newer one did, or somebody who should not have. */
export function parseChange({ seq, change: text }: Pick<EntryRow, "seq" | "change">): Change {
  const change = parsed(text);
  if (!change) throw unavailable("RECORD_INVALID", `entry ${seq} of the record is damaged`);
  if (Object.hasOwn(RECORDS, kindOf(change))) return ordered(change);
  throw unavailable("DATABASE_NEWER", `entry ${seq} of the record is of a kind that this rbac does not know`);
}

function parsed(text: string): Change | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const kind = (value as { readonly kind?: unknown } | null)?.kind;
    return typeof kind === "string" ? (value as Change) : undefined;
  } catch {
    return undefined;
  }
}

function ordered(change: Change): Change {
  const { kind, before, after, ...key } = change;
  const words = key as { readonly [word: string]: unknown };
  const sorted = Object.fromEntries(
    (RECORDS[kindOf(change)].key as readonly string[]).map((word) => [word, words[word]]),
  );
  return { kind, ...sorted, before, after } as Change;
}

export interface EntryFilter {
  readonly by?: string | undefined;
  readonly user?: string | undefined;
  readonly role?: string | undefined;
  /** `assignment`, or `assignment.add`. */
  readonly kind?: string | undefined;
  /** Moments, both included. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Revisions, both included. */
  readonly fromRevision?: number | undefined;
  readonly toRevision?: number | undefined;
  /** The last so many that fit. */
  readonly last?: number | undefined;
}

/** The entries that fit a filter, oldest first. */
export async function searchEntries(db: Kysely<Tables>, filter: EntryFilter): Promise<Entry[]> {
  let query = db.selectFrom("entries").selectAll();
  const { by, user, role, kind, since, until, fromRevision, toRevision, last } = filter;
  if (by !== undefined) query = query.where("actor", "=", by);
  if (user !== undefined) query = query.where("user", "=", user);
  if (role !== undefined) query = query.where((is) => is.or([is("role", "=", role), is("inherits", "=", role)]));
  if (kind !== undefined)
    query = kind.includes(".") ? query.where("kind", "=", kind) : query.where("kind", "like", `${kind}.%`);
  if (since !== undefined) query = query.where("at", ">=", since);
  if (until !== undefined) query = query.where("at", "<=", until);
  if (fromRevision !== undefined) query = query.where("revision", ">=", fromRevision);
  if (toRevision !== undefined) query = query.where("revision", "<=", toRevision);
  if (last !== undefined) query = query.orderBy("seq", "desc").limit(last);
  else query = query.orderBy("seq", "asc");
  const entries = (await query.execute()).map(fromRow);
  return last === undefined ? entries : entries.reverse();
}

const PAGE = 5000;

/** Every entry up to a number, oldest first, fetched a page at a time. */
export async function* allEntries(db: Kysely<Tables>, upTo: number): AsyncIterable<Entry> {
  for (let after = 0; ; ) {
    const some = db.selectFrom("entries").selectAll().where("seq", ">", after).where("seq", "<=", upTo);
    const page = await some.orderBy("seq").limit(PAGE).execute();
    yield* page.map(fromRow);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.seq;
  }
}

/** Every entry about structure, and those about one user, oldest first: all that decides what the user could do when. */
export async function entriesAbout(db: Kysely<Tables>, user: string | null): Promise<Entry[]> {
  const structure = await db.selectFrom("entries").selectAll().where("user", "is", null).orderBy("seq").execute();
  const own =
    user === null ? [] : await db.selectFrom("entries").selectAll().where("user", "=", user).orderBy("seq").execute();
  return [...structure, ...own].sort((a, b) => a.seq - b.seq).map(fromRow);
}

export const refKey = ({ kind, key }: Pick<RowRef, "kind" | "key">): string => `${kind}\0${keyOf(kind, key)}`;

/** The entries that made some rows what they are, by `refKey`. */
export async function entriesOf(db: Kysely<Tables>, refs: readonly RowRef[]): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>();
  for (const ref of refs) {
    const { user, role } = ref.key;
    const [first, last] = await endsOf(db, ref.revision);
    let query = db.selectFrom("entries").selectAll().where("seq", ">=", first).where("seq", "<=", last);
    // An expression keeps an index from being used: a role may have millions of entries in one revision, a user has a few.
    if (typeof user === "string") query = query.where("user", "=", user).where(sql<SqlBool>`role || '' = ${role}`);
    else query = query.where("role", "=", String(role));
    const entries = (await query.orderBy("seq", "desc").execute()).map(fromRow);
    const made = entries.find(({ change }) => refKey({ kind: kindOf(change), key: keyFields(change) }) === refKey(ref));
    if (made) found.set(refKey(ref), made);
  }
  return found;
}

/** The first and the last entry of a revision: all of them have one stamp, and stand one after the other. */
async function endsOf(db: Kysely<Tables>, revision: number): Promise<[number, number]> {
  const of = db.selectFrom("entries").select("seq").where("revision", "=", revision).limit(1);
  const first = await of.orderBy("revision").orderBy("at").orderBy("seq").executeTakeFirst();
  const last = await of.orderBy("revision", "desc").orderBy("at", "desc").orderBy("seq", "desc").executeTakeFirst();
  return [first?.seq ?? 0, last?.seq ?? -1];
}
