/** Rebuilds the policy of a past revision by replaying the entries up to it. */
import { type Expression, expressionBuilder, type Kysely, type SqlBool } from "kysely";
import { indexPolicy } from "../../policy/evaluate/policy-index.ts";
import { type Assignee, assigneesIn, isAmong } from "../../policy/evaluate/who-can.ts";
import { kindOf, replay } from "../../policy/model/change.ts";
import type { NeededRows } from "../../policy/model/mutation.ts";
import { type Draft, emptyDraft, type Policy } from "../../policy/model/policy.ts";
import { DOCUMENTED_KINDS, EDITED_KINDS } from "../../policy/model/records.ts";
import type { Kind } from "../../policy/model/rows.ts";
import type { Scope } from "../../policy/model/scopes.ts";
import { entryHash, entryPages, type Head, head, parseChange, replacedMeanwhile } from "../audit/entries.ts";
import type { Connection } from "../engine/connection.ts";
import type { Tables } from "../engine/tables.ts";
import { chunks, columnIn, fragment, rawSql } from "../sql/fragments.ts";
import type { AssigneeFilter } from "./assignees.ts";

type OpenDatabase = Pick<Connection, "db" | "prepare">;

/** Builds conditions on entries. */
const entry = () => expressionBuilder<Tables, "entries">();
const aboutPeople = () => entry()("user", "is not", null);

/**
 * Loads at least the needed rows as of a revision: all structure, which is small, and only the people asked about.
 * Entries about people and entries about structure set different rows, so they may be replayed separately.
 */
export async function loadAt(open: OpenDatabase, needed: NeededRows, revision: number): Promise<Policy> {
  const draft = emptyDraft();
  const kinds = needed.keysOf ? EDITED_KINDS : DOCUMENTED_KINDS;
  const replayWhere = (condition: Expression<SqlBool>) => replayInto(draft, open, revision, condition, kinds);
  await replayWhere(entry()("user", "is", null));
  if (needed.users === "all" || needed.endedBy !== undefined) {
    await replayWhere(aboutPeople());
    return draft;
  }
  for (const chunk of chunks(needed.users ?? [])) await replayWhere(rawSql(columnIn("user", chunk)));
  for (const chunk of chunks(needed.holders ?? [])) {
    const ofRoles = rawSql(columnIn("role", chunk));
    const holders = open.db.selectFrom("entries").select("user").where(ofRoles).where(aboutPeople());
    await replayWhere(entry()("user", "in", holders));
  }
  return draft;
}

/** Yields the assignees as of a revision in a single page, since the replay is in memory anyway. */
export async function* assigneesAt(
  open: OpenDatabase,
  { roles, everybody, scopes, among }: AssigneeFilter,
  revision: number,
): AsyncGenerator<readonly Assignee[], void> {
  const draft = emptyDraft();
  const users = everybody ? [aboutPeople()] : assignedUntil(open, revision, roles, scopes);
  for (const condition of users) await replayInto(draft, open, revision, condition);
  yield assigneesIn(indexPolicy(draft)).filter((assignee) => isAmong(assignee, among));
}

/** The most scopes whose text is sought in entries. */
const MAX_SOUGHT = 16;

/** Conditions on the entries about users who were at some time assigned one of the roles, on one of the scopes. */
function assignedUntil(
  { db }: OpenDatabase,
  revision: number,
  roles: readonly string[],
  scopes: readonly Scope[] | undefined,
): Expression<SqlBool>[] {
  const onScopes = scopes === undefined || scopes.length > MAX_SOUGHT ? [] : [entry().or(scopes.map(isOnScope))];
  return [...chunks(roles)].map((chunk) => {
    const where = [rawSql(columnIn("role", chunk)), aboutPeople(), entry()("revision", "<=", revision), ...onScopes];
    return entry()("user", "in", db.selectFrom("entries").select("user").where(entry().and(where)));
  });
}

/**
 * True for an entry whose change is on a scope. Its canonical text has the key in this form, and nowhere else: in a
 * text, the quotes would be escaped. A replay only of those entries would be much slower: most are of other scopes.
 */
const isOnScope = (scope: Scope) => {
  const text = `"scope":${JSON.stringify(scope)}`;
  return rawSql(fragment(`replace("change", ?, '') <> "change"`, text));
};

/**
 * Replays the entries up to a revision that meet a condition, a page at a time, so that memory stays bounded.
 * @param kinds of the rows that the policy has: those that documents state, and keys where they are asked for
 */
async function replayInto(
  draft: Draft,
  open: OpenDatabase,
  upTo: number,
  condition: Expression<SqlBool>,
  kinds: readonly Kind[] = DOCUMENTED_KINDS,
): Promise<void> {
  const where = entry().and([entry()("revision", "<=", upTo), condition]);
  const pages = entryPages(open, ["seq", "revision", "change"], { pageSize: 10_000, where });
  for await (const page of pages()) {
    for (const [seq, revision, text] of page) {
      const change = parseChange({ seq, change: text });
      if (kinds.includes(kindOf(change))) replay(draft, [change], revision);
    }
  }
}

/** A past revision of a record, known by an entry at or behind it: a restore gives its number to another. */
export interface PastRevision {
  readonly revision: number;
  readonly head: Head;
}

export const pastRevision = async (db: Kysely<Tables>, revision: number): Promise<PastRevision> => ({
  revision,
  head: await head(db),
});

/**
 * The current revision.
 * @param past one that was looked up in an earlier transaction, and is read in this one
 * @throws RbacError `DATABASE_LOCKED` (exit 4) if a restore has put another record in the place of that one.
 */
export async function presentRevision(db: Kysely<Tables>, past?: PastRevision): Promise<number> {
  if (past && (await entryHash(db, past.head.seq)) !== past.head.hash) throw replacedMeanwhile();
  return (await db.selectFrom("meta").select("revision").executeTakeFirstOrThrow()).revision;
}

/** The revision that was current at a time: the highest stamped at or before it; 0 before the first (rule 11). */
export async function revisionAt(db: Kysely<Tables>, at: string): Promise<number> {
  const row = await db
    .selectFrom("entries")
    .select("revision")
    .where("at", "<=", at)
    .orderBy("revision", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.revision ?? 0;
}

/** When a revision was stamped; `undefined` if it does not exist. */
export async function stampedAt(db: Kysely<Tables>, revision: number): Promise<string | undefined> {
  const row = await db.selectFrom("entries").select("at").where("revision", "=", revision).limit(1).executeTakeFirst();
  return row?.at;
}
