/** The names and scopes of the past: what a question about it suggests, and what it says is known. */
import { type Expression, expressionBuilder, type SqlBool, sql } from "kysely";
import { type Named, UnknownName } from "../../errors.ts";
import { kindOf, replay } from "../../policy/model/change.ts";
import { nearest } from "../../policy/model/name-suggestions.ts";
import { emptyDraft } from "../../policy/model/policy.ts";
import { covers } from "../../policy/model/scopes.ts";
import { entryPages, parseChange } from "../audit/entries.ts";
import type { Connection } from "../engine/connection.ts";
import type { Tables } from "../engine/tables.ts";
import { loadAt } from "./policy-at.ts";
import { SWAPPED } from "./suggestions.ts";

type OpenDatabase = Pick<Connection, "db" | "prepare">;

const PAGE_SIZE = 10_000;

/** Builds conditions on entries. */
const entry = () => expressionBuilder<Tables, "entries">();

/** The names that were nearest to a name at a revision. */
export async function nearestNamesAt(
  open: OpenDatabase,
  named: Named,
  name: string,
  revision: number,
): Promise<string[]> {
  const names = named === "user" ? await usersAt(open, revision) : (await loadAt(open, {}, revision))[named].keys();
  return nearest(
    name,
    [...names].filter((other) => other !== name),
  );
}

/** The users of a revision. Only their comings and goings are read: a policy may have millions of rows of them. */
async function usersAt(open: OpenDatabase, revision: number): Promise<ReadonlySet<string>> {
  const users = new Set<string>();
  const where = entry().and([entry()("kind", "in", ["user.add", "user.remove"]), entry()("revision", "<=", revision)]);
  const pages = entryPages(open, ["seq", "user", "kind"], { pageSize: PAGE_SIZE, where });
  for await (const page of pages()) {
    for (const [, user, kind] of page) {
      if (user === null) continue;
      if (kind === "user.add") users.add(user);
      else users.delete(user);
    }
  }
  return users;
}

/** The names that were nearest to a name at any time. */
export async function nearestNamesEver(
  { db }: Pick<OpenDatabase, "db">,
  named: "user" | "role" | "permission",
  name: string,
): Promise<string[]> {
  const rows = await db.selectFrom("entries").select(named).distinct().where("kind", "=", `${named}.add`).execute();
  return nearest(
    name,
    rows.flatMap((row) => row[named] ?? []),
  );
}

/** Who made changes under a name near to this one; and whether anybody did under it. Users may yet do so. */
export async function actorsNear(db: OpenDatabase["db"], name: string): Promise<{ isKnown: boolean; near: string[] }> {
  const actors = await db.selectFrom("entries").select("actor").distinct().execute();
  const { length } = await db.selectFrom("users").select("user").where("user", "=", name).execute();
  const isKnown = length > 0 || actors.some(({ actor }) => actor === name);
  const names = actors.map(({ actor }) => actor);
  return { isKnown, near: isKnown ? [] : nearest(name, names) };
}

/** The error for a name that was not known at a revision, with the names of that time; another error as it is. */
export async function withNamesOf(open: OpenDatabase, error: unknown, revision: number): Promise<unknown> {
  if (!(error instanceof UnknownName) || error.suggestions.length > 0 || error.isPast) return error;
  const { named, missing } = error;
  const suggestions = await nearestNamesAt(open, named, missing, revision);
  const other = SWAPPED[named];
  const isOther = other && (await loadAt(open, { [`${other}s`]: [missing] }, revision))[other].has(missing);
  return new UnknownName(named, missing, suggestions, { otherwise: isOther ? other : undefined, isPast: true });
}

/**
 * True when a grant or an assignment of a revision has a scope that is, or lies below, this first segment. Only entries
 * whose text has such a scope are replayed.
 */
export async function isScopeKnownAt(open: OpenDatabase, segment: string, revision: number): Promise<boolean> {
  const text = JSON.stringify(segment)
    .slice(0, -1)
    .replaceAll(/[\\%_]/g, "\\$&");
  const mentions = (end: string): Expression<SqlBool> =>
    sql<SqlBool>`${sql.ref("change")} like ${`%"scope":${text}${end}%`} escape '\\'`;
  const where = entry().and([entry()("revision", "<=", revision), entry().or([mentions('"'), mentions("/")])]);
  const draft = emptyDraft();
  const pages = entryPages(open, ["seq", "change"], { pageSize: PAGE_SIZE, where });
  for await (const page of pages()) {
    for (const [seq, change] of page) {
      const parsed = parseChange({ seq, change });
      if (["assignment", "grant", "conditional"].includes(kindOf(parsed))) replay(draft, [parsed], revision);
    }
  }
  const rows = [draft.assignment, draft.grant, draft.conditional].flatMap((some) => [...some.values()]);
  return rows.some(({ scope }) => scope !== null && covers(segment, scope));
}
