/** Entries of the audit record that match a filter. */
import { type Expression, expressionBuilder, type Kysely, type SqlBool } from "kysely";
import type { Change } from "../../policy/model/change.ts";
import type { Entry } from "../../policy/model/results.ts";
import { eventTurn } from "../engine/event-turn.ts";
import type { Tables } from "../engine/tables.ts";
import { fragment, rawSql } from "../sql/fragments.ts";
import { fromRow, type NameSpan } from "./entries.ts";

export interface EntryFilter {
  readonly by?: string | undefined;
  /** About one of these users; with roles, also about one of those. */
  readonly users?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  /** About a scope or what lies below it. */
  readonly on?: string | undefined;
  /** What an entry must be, besides, that SQL cannot tell. */
  readonly isWanted?: ((change: Change) => boolean) | undefined;
  /** The times of former names of the users and of the roles: entries about those names count as well. */
  readonly spans?: { readonly user: readonly NameSpan[]; readonly role: readonly NameSpan[] } | undefined;
  /** `assignment`, or `assignment.add`. */
  readonly kind?: string | undefined;
  /** Times, both inclusive. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Revisions, both inclusive. */
  readonly fromRevision?: number | undefined;
  readonly toRevision?: number | undefined;
  /** Only entries with smaller numbers (`seq`). */
  readonly before?: number | undefined;
  /** At most this many entries, the newest that match. */
  readonly last?: number | undefined;
}

/** Builds conditions on entries. */
const entry = () => expressionBuilder<Tables, "entries">();

/** Entries about a name, about its former names in their times, and about the renamings between them. */
function aboutName(
  columns: readonly ("user" | "role" | "inherits")[],
  asked: readonly string[],
  spans: readonly NameSpan[] = [],
): Expression<SqlBool> {
  return entry().or([
    ...columns.map((column) => entry()(column, "in", asked)),
    ...spans.flatMap(({ name, from, until, renaming }) => [
      ...columns.map((column) =>
        entry().and([entry()(column, "=", name), entry()("revision", ">=", from), entry()("revision", "<=", until)]),
      ),
      entry().and([entry()("revision", "=", until), entry()("change", "=", renaming)]),
    ]),
  ]);
}

/** Canonical text has a key in this form, and nowhere else: in a text, the quotes would be escaped. */
function aboutScope(scope: string): Expression<SqlBool> {
  const text = `"scope":${JSON.stringify(scope).slice(0, -1)}`;
  const has = (sought: string) => rawSql(fragment(`replace("change", ?, '') <> "change"`, sought));
  return entry().or([has(`${text}"`), has(`${text}/`)]);
}

function matching(db: Kysely<Tables>, filter: EntryFilter) {
  let query = db.selectFrom("entries").selectAll();
  const { by, users, roles, spans, on, kind, since, until, fromRevision, toRevision, before } = filter;
  if (by !== undefined) query = query.where("actor", "=", by);
  if (users) query = query.where(aboutName(["user"], users, spans?.user));
  if (roles) query = query.where(aboutName(["role", "inherits"], roles, spans?.role));
  if (on !== undefined) query = query.where(aboutScope(on));
  if (kind !== undefined)
    query = kind.includes(".") ? query.where("kind", "=", kind) : query.where("kind", "like", `${kind}.%`);
  if (since !== undefined) query = query.where("at", ">=", since);
  if (until !== undefined) query = query.where("at", "<=", until);
  if (fromRevision !== undefined) query = query.where("revision", ">=", fromRevision);
  if (toRevision !== undefined) query = query.where("revision", "<=", toRevision);
  if (before !== undefined) query = query.where("seq", "<", before);
  return query;
}

/** The entries that match a filter, oldest first. */
export async function searchEntries(db: Kysely<Tables>, filter: EntryFilter): Promise<Entry[]> {
  const { last, isWanted } = filter;
  if (isWanted) return wantedEntries(db, filter, isWanted);
  if (last === undefined) return (await matching(db, filter).orderBy("seq", "asc").execute()).map(fromRow);
  return (await matching(db, filter).orderBy("seq", "desc").limit(last).execute()).map(fromRow).reverse();
}

async function wantedEntries(db: Kysely<Tables>, filter: EntryFilter, isWanted: (change: Change) => boolean) {
  const found: Entry[] = [];
  for await (const page of entryPagesOf(db, { ...filter, last: undefined }))
    for (const one of page) if (isWanted(one.change)) found.push(one);
  return filter.last === undefined ? found : found.slice(-filter.last);
}

/** Few, so that the first come at once. */
const PAGE_SIZE = 2000;

/**
 * The same in pages, at least one. Those about a user or a role are one page: an index finds them all, and would be
 * asked for all of them again for each page.
 */
export async function* entryPagesOf(db: Kysely<Tables>, filter: EntryFilter): AsyncGenerator<Entry[], void> {
  if (filter.last !== undefined) return yield await searchEntries(db, filter);
  const { isWanted = () => true } = filter;
  if (filter.users || filter.roles) {
    const all = await searchEntries(db, { ...filter, isWanted: undefined });
    return yield all.filter(({ change }) => isWanted(change));
  }
  let isEmpty = true;
  for (let after = -1; ; ) {
    const query = matching(db, filter).where("seq", ">", after).orderBy("seq", "asc").limit(PAGE_SIZE);
    const page = (await query.execute()).map(fromRow);
    const wanted = page.filter(({ change }) => isWanted(change));
    const isLast = page.length < PAGE_SIZE;
    isEmpty &&= wanted.length === 0;
    if (wanted.length > 0 || (isLast && isEmpty)) yield wanted;
    if (isLast) return;
    after = page.at(-1)?.seq ?? after;
    await eventTurn();
  }
}
