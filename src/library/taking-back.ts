/** What a program says that is to be undone. */
import type { Database } from "../database/database.ts";
import { undoRevisions, undoTo } from "../database/undo.ts";
import { wrong } from "../errors.ts";
import { parseRevisions } from "../policy/edit/undo.ts";
import type { Mutation } from "../policy/model/mutation.ts";
import { parseAsked } from "../policy/model/times.ts";
import { clock } from "./open-database.ts";
import { optionsOf } from "./options/arguments.ts";
import { textOf } from "./values/plain-values.ts";

/** The mutation that takes something back. @throws RbacError (exit 2). */
export async function takingBack(database: Database, what: unknown): Promise<Mutation> {
  if (typeof what !== "object" || what === null) {
    const { from, to } = parseRevisions(typeof what === "number" ? String(what) : textOf("the revision", what));
    return undoRevisions(database, from, to);
  }
  const { to } = optionsOf(what, ["to"]);
  if (to === undefined) throw wrong("VALUE_INVALID", "say a revision, or { to: a moment }");
  const now = clock();
  return (await undoTo(database, parseAsked(to, now), now)).mutation;
}
