/** Compiling the policy of a database, row by row, so that millions of assignments are never held as rows. */
import type { Kysely } from "kysely";
import { CompiledPolicy, PEOPLE, STRUCTURE } from "../policy/compiled.ts";
import { type AnyRow, type Kind, RECORDS } from "../policy/model.ts";
import { pagesOf } from "./pages.ts";
import { settled, type Tables } from "./tables.ts";

/**
 * The policy as it stands, compiled. Run it in a transaction, so that all of it is of one moment.
 * @param people true to hold users and their assignments, which else come with each question.
 */
export async function compiled(db: Kysely<Tables>, people: boolean): Promise<CompiledPolicy> {
  const policy = new CompiledPolicy({ people });
  for (const kind of people ? [...STRUCTURE, ...PEOPLE] : STRUCTURE)
    for await (const page of rowsIn(db, kind)) for (const row of page) policy.add(kind, row);
  if (!people) for (const user of await disabledUsers(db)) policy.add("user", user);
  return policy;
}

const disabledUsers = async (db: Kysely<Tables>): Promise<AnyRow[]> =>
  (await db.selectFrom("users").select(["user", "disabled"]).where("disabled", "=", 1).execute()).map(settled);

/** What decides of the rows of a kind. */
function rowsIn(db: Kysely<Tables>, kind: Kind): AsyncIterable<readonly AnyRow[]> {
  const fields = (RECORDS[kind].fields as readonly string[]).filter((field) => DECISIVE.has(field));
  return pagesOf(db, kind, fields);
}

const DECISIVE = new Set(["disabled", "from", "until", "type", "roles", "limit"]);

export async function hasAssignments(db: Kysely<Tables>, count: number): Promise<boolean> {
  const last = await db
    .selectFrom("assignments")
    .select("user")
    .limit(1)
    .offset(Math.max(count - 1, 0))
    .executeTakeFirst();
  return last !== undefined;
}
