/** Entries of the audit record that match a filter. */
import { type Expression, expressionBuilder, type Kysely, type SqlBool } from "kysely";
import type { Entry } from "../../policy/model/results.ts";
import { eventTurn } from "../engine/event-turn.ts";
import type { Tables } from "../engine/tables.ts";
import { fromRow, type NameSpan } from "./entries.ts";

export interface EntryFilter {
  readonly by?: string | undefined;
  readonly user?: string | undefined;
  readonly role?: string | undefined;
  /** The times of former names of the user and of the role: entries about those names count as well. */
  readonly spans?: { readonly user: readonly NameSpan[]; readonly role: readonly NameSpan[] } | undefined;
  /** `assignment`, or `assignment.add`. */
  readonly kind?: string | undefined;
  /** Times, both inclusive. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Revisions, both inclusive. */
  readonly fromRevision?: number | undefined;
  readonly toRevision?: number | undefined;
  /** At most this many entries, the newest that match. */
  readonly last?: number | undefined;
}

/** Builds conditions on entries. */
const entry = () => expressionBuilder<Tables, "entries">();

/** Entries about a name, about its former names in their times, and about the renamings between them. */
function aboutName(
  columns: readonly ("user" | "role" | "inherits")[],
  asked: string,
  spans: readonly NameSpan[] = [],
): Expression<SqlBool> {
  return entry().or([
    ...columns.map((column) => entry()(column, "=", asked)),
    ...spans.flatMap(({ name, from, until, renaming }) => [
      ...columns.map((column) =>
        entry().and([entry()(column, "=", name), entry()("revision", ">=", from), entry()("revision", "<=", until)]),
      ),
      entry().and([entry()("revision", "=", until), entry()("change", "=", renaming)]),
    ]),
  ]);
}

function matching(db: Kysely<Tables>, filter: EntryFilter) {
  let query = db.selectFrom("entries").selectAll();
  const { by, user, role, spans, kind, since, until, fromRevision, toRevision } = filter;
  if (by !== undefined) query = query.where("actor", "=", by);
  if (user !== undefined) query = query.where(aboutName(["user"], user, spans?.user));
  if (role !== undefined) query = query.where(aboutName(["role", "inherits"], role, spans?.role));
  if (kind !== undefined)
    query = kind.includes(".") ? query.where("kind", "=", kind) : query.where("kind", "like", `${kind}.%`);
  if (since !== undefined) query = query.where("at", ">=", since);
  if (until !== undefined) query = query.where("at", "<=", until);
  if (fromRevision !== undefined) query = query.where("revision", ">=", fromRevision);
  if (toRevision !== undefined) query = query.where("revision", "<=", toRevision);
  return query;
}

/** The entries that match a filter, oldest first. */
export async function searchEntries(db: Kysely<Tables>, filter: EntryFilter): Promise<Entry[]> {
  const { last } = filter;
  if (last === undefined) return (await matching(db, filter).orderBy("seq", "asc").execute()).map(fromRow);
  return (await matching(db, filter).orderBy("seq", "desc").limit(last).execute()).map(fromRow).reverse();
}

/** Few, so that the first come at once. */
const PAGE_SIZE = 2000;

/**
 * The same in pages, at least one. Those about a user or a role are one page: an index finds them all, and would be
 * asked for all of them again for each page.
 */
export async function* entryPagesOf(db: Kysely<Tables>, filter: EntryFilter): AsyncGenerator<Entry[], void> {
  if (filter.last !== undefined || filter.user !== undefined || filter.role !== undefined) {
    yield await searchEntries(db, filter);
    return;
  }
  for (let after = -1; ; ) {
    const query = matching(db, filter).where("seq", ">", after).orderBy("seq", "asc").limit(PAGE_SIZE);
    const page = (await query.execute()).map(fromRow);
    if (page.length > 0 || after < 0) yield page;
    if (page.length < PAGE_SIZE) return;
    after = page.at(-1)?.seq ?? after;
    await eventTurn();
  }
}
