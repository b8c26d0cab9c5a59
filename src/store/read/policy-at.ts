/** Rebuilds the policy of a past revision by replaying the entries up to it. */
import { type Expression, type Kysely, type SqlBool, sql } from "kysely";
import { indexPolicy } from "../../policy/evaluate/policy-index.ts";
import { type Assignee, assigneesIn } from "../../policy/evaluate/who-can.ts";
import { replay } from "../../policy/model/change.ts";
import type { NeededRows } from "../../policy/model/mutation.ts";
import { type Draft, emptyDraft, type Policy } from "../../policy/model/policy.ts";
import { parseChange } from "../audit/entries.ts";
import type { Tables } from "../engine/tables.ts";
import { chunks, columnIn, rawSql } from "../sql/fragments.ts";
import type { AssigneeFilter } from "./assignees.ts";

/**
 * Loads at least the needed rows as of a revision: all structure, condition is small, and only the people asked about.
 * Entries about people and entries about structure set different rows, so they may be replayed separately.
 */
export async function loadAt(db: Kysely<Tables>, needed: NeededRows, revision: number): Promise<Policy> {
  const draft = emptyDraft();
  const structure = sql<SqlBool>`${sql.ref("user")} is null`;
  await replayInto(draft, db, revision, structure);
  if (needed.users === "all") {
    await replayInto(draft, db, revision, sql<SqlBool>`${sql.ref("user")} is not null`);
    return draft;
  }
  for (const chunk of chunks(needed.users ?? []))
    await replayInto(draft, db, revision, rawSql(columnIn("user", chunk)));
  for (const chunk of chunks(needed.holders ?? [])) {
    const ofRoles = rawSql(columnIn("role", chunk));
    const holders = sql`select ${sql.ref("user")} from entries where ${ofRoles} and ${sql.ref("user")} is not null`;
    await replayInto(draft, db, revision, sql<SqlBool>`${sql.ref("user")} in (${holders})`);
  }
  return draft;
}

/** Yields the assignees as of a revision in a single page, since the replay is in memory anyway. */
export async function* assigneesAt(
  db: Kysely<Tables>,
  { roles, everybody }: AssigneeFilter,
  revision: number,
): AsyncGenerator<readonly Assignee[], void> {
  const needed = everybody ? { users: "all" as const } : { holders: roles };
  yield assigneesIn(indexPolicy(await loadAt(db, needed, revision)));
}

async function replayInto(
  draft: Draft,
  db: Kysely<Tables>,
  revision: number,
  condition: Expression<SqlBool>,
): Promise<void> {
  for await (const page of entryPages(db, revision, condition)) {
    for (const row of page) replay(draft, [parseChange(row)], row.revision);
  }
}

const PAGE_SIZE = 10_000;

/** The entries up to a revision that meet a condition, a page at a time, so that memory stays bounded. */
async function* entryPages(db: Kysely<Tables>, revision: number, condition: Expression<SqlBool>) {
  for (let after = 0; ; ) {
    const page = await db
      .selectFrom("entries")
      .select(["seq", "revision", "change"])
      .where("revision", "<=", revision)
      .where("seq", ">", after)
      .where(condition)
      .orderBy("seq")
      .limit(PAGE_SIZE)
      .execute();
    yield page;
    const last = page.at(-1);
    if (!last || page.length < PAGE_SIZE) return;
    after = last.seq;
  }
}

/** The current revision. */
export async function presentRevision(db: Kysely<Tables>): Promise<number> {
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
