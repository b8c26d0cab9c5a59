/** Compiles the policy of a database page by page, so that millions of assignments are never in memory as rows. */
import type { Kysely } from "kysely";
import { unavailable } from "../../errors.ts";
import { CompiledPolicy } from "../../policy/compiled/compiled-policy.ts";
import { STRUCTURE } from "../../policy/compiled/structure.ts";
import type { AnyRow } from "../../policy/model/rows.ts";
import type { Connection } from "../engine/connection.ts";
import { type Column, convertInPlace, type Tables } from "../engine/tables.ts";
import { columnPages, rowPages } from "../sql/keyset-pages.ts";

type OpenDatabase = Pick<Connection, "db" | "prepare">;

/**
 * Compiles the current policy. Run it in a transaction, so that all of it is of one snapshot.
 * @param people true to include users and their assignments, which otherwise come with each question
 * @throws RbacError `DATABASE_INVALID` (exit 4) if a missing user is assigned a role.
 */
export async function loadCompiled(open: OpenDatabase, people: boolean): Promise<CompiledPolicy> {
  const policy = new CompiledPolicy({ people });
  for (const { kind, decisive } of STRUCTURE)
    for await (const page of rowPages(open, kind, decisive)) for (const row of page) policy.add(kind, row);
  if (people) await addPeople(open, policy);
  else for (const user of await disabledUsers(open.db)) policy.add("user", user);
  return policy;
}

const disabledUsers = async (db: Kysely<Tables>): Promise<AnyRow[]> =>
  (await db.selectFrom("users").select(["user", "disabled"]).where("disabled", "<>", 0).execute()).map(convertInPlace);

/** Adds users with their assignments, by merging both tables in the order of users. No row becomes an object. */
async function addPeople(open: OpenDatabase, policy: CompiledPolicy): Promise<void> {
  const assignments = columnPages(open, "assignment", ["from", "until"]);
  const nextPage = async () => (await assignments.next()).value ?? [];
  let [page, at] = [await nextPage(), 0];
  for await (const users of columnPages(open, "user", ["disabled"])) {
    for (const [user, disabled] of users) {
      policy.addUser(String(user), disabled !== 0); // Only 0 means enabled; no other value may enable a user.
      for (let row = page[at]; row && row[0] === user; row = page[at]) {
        policy.assign(String(user), String(row[1]), textOrNull(row[2]), textOrNull(row[3]), textOrNull(row[4]));
        at += 1;
        if (at === page.length) [page, at] = [await nextPage(), 0];
      }
    }
  }
  if (page.length > 0)
    throw unavailable(
      "DATABASE_INVALID",
      "a role is assigned to a user that is not there: rbac audit verify tells more",
    );
}

const textOrNull = (column: Column | undefined): string | null => (column ? String(column) : null);

/** True when there are at least `count` assignments. */
export async function hasAssignments(db: Kysely<Tables>, count: number): Promise<boolean> {
  const last = await db
    .selectFrom("assignments")
    .select("user")
    .limit(1)
    .offset(Math.max(count - 1, 0))
    .executeTakeFirst();
  return last !== undefined;
}
