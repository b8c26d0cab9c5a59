/** The mutations that take revisions back, from the record of a database. */

import { changesBetween, returningTo, undoing } from "../policy/edit/undo.ts";
import type { Mutation } from "../policy/model/mutation.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import type { Moment } from "../policy/model/times.ts";
import { withoutTurns } from "../store/engine/signal-hearing.ts";
import type { Database } from "./database.ts";

/** Takes the revisions of a range back, both ends included. @throws RbacError `REVISION_NOT_FOUND` (exit 2). */
export async function undoRevisions(database: Database, from: number, to: number): Promise<Mutation> {
  const entries = await database.record.entries({ fromRevision: from, toRevision: to });
  return withoutTurns(() => undoing(from, changesBetween(entries, from, to), to));
}

/**
 * Makes the policy what it was at a moment. @returns the mutation, and the revision of that moment
 * @throws RbacError `REVISION_NOT_FOUND` (exit 2).
 */
export async function undoTo(
  database: Database,
  moment: Moment,
  now: string,
): Promise<{ mutation: Mutation; revision: number }> {
  const { database: past } = await database.asOf(moment, now);
  const { policy, revision } = await past.policy({ ...WHOLE_POLICY, keysOf: "all" });
  return { mutation: returningTo(policy, policy["api-key"]), revision };
}
