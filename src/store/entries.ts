/** The record: one entry for each change, chained by hashes from the first on; and searching it. */
import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import { unavailable } from "../errors.ts";
import { canonicalJson } from "../policy/canonical.ts";
import { type Change, kindOf } from "../policy/change.ts";
import { RECORDS } from "../policy/model.ts";
import type { Column, EntryRow, Tables } from "./tables.ts";

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
}

/** SHA-256 over a domain tag and the canonical JSON (RFC 8785) of everything else in the entry, in lower-case hex. */
export const hashOf = (entry: Omit<Entry, "hash">): string => hashWith(entry, canonicalJson(entry.change));

/** The canonical JSON of an entry written out around that of its change, which is needed by itself too. */
function hashWith(entry: Omit<Entry, "hash">, change: string): string {
  const { seq, revision, at, actor, osUser, reason, prev } = entry;
  const who = `"actor":${JSON.stringify(actor)},"at":${JSON.stringify(at)},"change":${change},"osUser":${JSON.stringify(osUser)}`;
  const text = `{${who},"prev":"${prev}","reason":${JSON.stringify(reason)},"revision":${revision},"seq":${seq}}`;
  return createHash("sha256").update(`rbac-entry-v1\n${text}`).digest("hex");
}

/** The last entry's number and hash; 0 and `""` before the first. */
export async function head(db: Kysely<Tables>): Promise<{ seq: number; hash: string }> {
  const last = await db
    .selectFrom("entries")
    .select(["seq", "hash"])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return last ?? { seq: 0, hash: "" };
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
] as const satisfies readonly (keyof EntryRow)[];

/** The columns that record changes, in the order of `ENTRY_COLUMNS`, chained to the last entry that is there. */
export function* chained(
  last: { readonly seq: number; readonly hash: string },
  revision: number,
  changes: Iterable<Change>,
  stampOf: (change: Change) => Stamp,
): Iterable<Column[]> {
  let { seq, hash: prev } = last;
  for (const change of changes) {
    const { actor, osUser, at, reason } = stampOf(change);
    const text = canonicalJson(change);
    seq += 1;
    const hash = hashWith({ seq, revision, at, actor, osUser, reason, change, prev }, text);
    const { user, role, inherits, permission } = change as { readonly [word: string]: unknown } as Words;
    const words = [user, role, inherits, permission].map((word) => word ?? null);
    yield [seq, revision, at, actor, osUser, reason, text, change.kind, ...words, prev, hash];
    prev = hash;
  }
}

/** The words of a change that entries are searched by. */
type Words = { readonly [word in "user" | "role" | "inherits" | "permission"]?: string };

/** An entry as it was recorded; the change in the order of words that people read, not the canonical one. */
function fromRow(row: EntryRow): Entry {
  const { seq, revision, at, actor, os_user: osUser, reason, prev, hash } = row;
  return { seq, revision, at, actor, osUser, reason, change: changeIn(row), prev, hash };
}

/** @throws RbacError (exit 4) for what this version never wrote: a newer one did, or somebody who should not have. */
function changeIn({ seq, change: text }: EntryRow): Change {
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

export interface Filter {
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
export async function search(db: Kysely<Tables>, filter: Filter): Promise<Entry[]> {
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

/** The stamps of some revisions: who made them, when and why. A revision's changes share actor and time. */
export async function stampsOf(db: Kysely<Tables>, revisions: readonly number[]): Promise<Map<number, Stamp>> {
  const stamps = new Map<number, Stamp>();
  for (const revision of new Set(revisions)) {
    const row = await db
      .selectFrom("entries")
      .selectAll()
      .where("revision", "=", revision)
      .orderBy("seq")
      .limit(1)
      .executeTakeFirst();
    if (row) stamps.set(revision, { actor: row.actor, osUser: row.os_user, at: row.at, reason: row.reason });
  }
  return stamps;
}
