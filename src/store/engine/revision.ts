/** The revision of a database, which lies in the one row of `meta`: whoever updates that row has the write lock. */
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** 1 where a transaction changes the policy, 0 where it only needs the write lock. */
export type RevisionStep = 0 | 1;

/** Waits for the write lock, moves the revision on, and returns it. */
export async function moveRevision(db: Kysely<Tables>, step: RevisionStep): Promise<number> {
  const moved = db.updateTable("meta").set((eb) => ({ revision: eb("revision", "+", eb.lit(step)) }));
  return (await moved.returning("revision").executeTakeFirstOrThrow()).revision;
}
