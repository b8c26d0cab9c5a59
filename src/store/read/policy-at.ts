/** The policy as it stood: the entries up to a revision, replayed. */
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
 * Loads at least what a slice asks for, as it stood just after a revision: all structure, which is small, and of people only
 * those asked about. Entries about people and about structure set different rows, so each may be replayed by itself.
 */
export async function loadAt(db: Kysely<Tables>, slice: NeededRows, revision: number): Promise<Policy> {
  const draft = emptyDraft();
  const structure = sql<SqlBool>`${sql.ref("user")} is null`;
  await replayInto(draft, db, revision, structure);
  if (slice.users === "all") {
    await replayInto(draft, db, revision, sql<SqlBool>`${sql.ref("user")} is not null`);
    return draft;
  }
  for (const chunk of chunks(slice.users ?? [])) await replayInto(draft, db, revision, rawSql(columnIn("user", chunk)));
  for (const chunk of chunks(slice.holders ?? [])) {
    const held = sql`select ${sql.ref("user")} from entries where ${rawSql(columnIn("role", chunk))} and ${sql.ref("user")} is not null`;
    await replayInto(draft, db, revision, sql<SqlBool>`${sql.ref("user")} in (${held})`);
  }
  return draft;
}

/** Who was assigned some roles, all at once: the past is replayed, and has no pages. */
export async function* assigneesAt(
  db: Kysely<Tables>,
  { roles, everybody }: AssigneeFilter,
  revision: number,
): AsyncGenerator<readonly Assignee[], void> {
  const slice = everybody ? { users: "all" as const } : { holders: roles };
  yield assigneesIn(indexPolicy(await loadAt(db, slice, revision)));
}

async function replayInto(
  draft: Draft,
  db: Kysely<Tables>,
  revision: number,
  which: Expression<SqlBool>,
): Promise<void> {
  for await (const page of entryPages(db, revision, which)) {
    for (const row of page) replay(draft, [parseChange(row)], row.revision);
  }
}

const PAGE = 10_000;

/** The entries that fit, a page at a time, so that a long record is never held whole. */
export async function* entryPages(db: Kysely<Tables>, revision: number, which: Expression<SqlBool>) {
  for (let after = 0; ; ) {
    const page = await db
      .selectFrom("entries")
      .select(["seq", "revision", "change"])
      .where("revision", "<=", revision)
      .where("seq", ">", after)
      .where(which)
      .orderBy("seq")
      .limit(PAGE)
      .execute();
    yield page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.seq;
  }
}

/** The revision of the policy as it is now. */
export async function presentRevision(db: Kysely<Tables>): Promise<number> {
  return (await db.selectFrom("meta").select("revision").executeTakeFirstOrThrow()).revision;
}

/** The revision that stood at a moment: the highest that was stamped at or before it; 0 before the first (rule 11). */
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

/** When a revision was stamped, or `undefined` where there is none. */
export async function stampedAt(db: Kysely<Tables>, revision: number): Promise<string | undefined> {
  const row = await db.selectFrom("entries").select("at").where("revision", "=", revision).limit(1).executeTakeFirst();
  return row?.at;
}
