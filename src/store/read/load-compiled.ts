/** Compiles the policy of a database page by page, so that millions of assignments are never in memory as rows. */
import type { Kysely } from "kysely";
import { unavailable } from "../../errors.ts";
import { CompiledPolicy } from "../../policy/compiled/compiled-policy.ts";
import { STRUCTURE } from "../../policy/compiled/structure.ts";
import { recordOf } from "../../policy/model/records.ts";
import type { Connection } from "../engine/connection.ts";
import { type Column, rowFromValues, type Tables } from "../engine/tables.ts";
import { columnPagesInSteps } from "../sql/keyset-pages.ts";
import { inTurn, runningBy, type Steps } from "../sql/steps.ts";

type OpenDatabase = Pick<Connection, "db" | "prepare">;

/** The compiled policy of what a transaction sees. @throws RbacError as `compiling` does. */
export const loadCompiled = (open: OpenDatabase, people: boolean): Promise<CompiledPolicy> =>
  inTurn(compiling(open, people));

/**
 * Compiles the current policy. Take the steps in a transaction, so that all of it is of one snapshot.
 * @param people true to include users and their assignments, which otherwise come with each question
 * @throws RbacError `DATABASE_INVALID` (exit 4) if a missing user is assigned a role.
 */
export function* compiling(open: OpenDatabase, people: boolean): Steps<CompiledPolicy> {
  const policy = new CompiledPolicy({ people });
  for (const { kind, decisive } of STRUCTURE) {
    const names = [...recordOf(kind).key, ...decisive];
    const nextPage = columnPagesInSteps(open, kind, decisive);
    for (let page = yield* nextPage(); page.length > 0; page = yield* nextPage())
      for (const columns of page) policy.add(kind, rowFromValues(names, columns));
  }
  if (people) yield* addPeople(open, policy);
  else for (const [user] of yield disabledUsers(open)) policy.addUser(String(user), true);
  return policy;
}

/** The users whose flag is anything but 0: no other value may enable a user. */
const disabledUsers = (open: OpenDatabase) =>
  runningBy(open)(open.db.selectFrom("users").select("user").where("disabled", "<>", 0).compile());

/** Adds users with their assignments, by merging both tables in the order of users. No row becomes an object. */
function* addPeople(open: OpenDatabase, policy: CompiledPolicy): Steps<void> {
  const nextUsers = columnPagesInSteps(open, "user", ["disabled"]);
  const nextPage = columnPagesInSteps(open, "assignment", ["from", "until"]);
  let [page, at] = [yield* nextPage(), 0];
  for (let users = yield* nextUsers(); users.length > 0; users = yield* nextUsers()) {
    for (const [user, disabled] of users) {
      policy.addUser(String(user), disabled !== 0); // Only 0 means enabled; no other value may enable a user.
      for (let row = page[at]; row && row[0] === user; row = page[at]) {
        policy.assign(String(user), String(row[1]), textOrNull(row[2]), textOrNull(row[3]), textOrNull(row[4]));
        at += 1;
        if (at === page.length) [page, at] = [yield* nextPage(), 0];
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
