/** The rows that a question needs are fetched, and no more. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { NeededRows } from "../../../src/policy/model/mutation.ts";
import { connect } from "../../../src/store/connect.ts";
import type { Connection } from "../../../src/store/engine/connection.ts";
import { RowFetcher } from "../../../src/store/read/fetch-rows.ts";
import { blog } from "../../support/blog.ts";
import { meddle } from "../../support/databases.ts";

let connection: Connection;
beforeAll(async () => {
  connection = await connect(await blog(), "read");
});
afterAll(() => connection.close());

/** The names of the roles and users that are fetched. */
async function namesOf(needed: NeededRows): Promise<{ roles: string[]; users: string[] }> {
  const { role, user } = await new RowFetcher(connection).load(needed);
  return { roles: [...role.values()].map((row) => row.role).sort(), users: [...user.keys()].sort() };
}

it("of one user: the roles that the user reaches, and that everyone has", async () => {
  expect(await namesOf({ users: ["alice"] })).toEqual({ roles: ["editor", "owner", "reader"], users: ["alice"] });
});

it("of all users: every role that anybody reaches, and none that nobody holds", async () => {
  expect(await namesOf({ users: "all" })).toEqual({
    roles: ["admin", "editor", "moderator", "owner", "reader"],
    users: ["alice", "bob", "carol", "dora", "nobody", "root"],
  });
});

it("of granted permissions: none for a pattern that covers none, which only a damaged policy has", async () => {
  const db = await blog();
  await meddle(db, "insert into grants values ('reader', 'allow', 'ghosts:*', '', 1)");
  const damaged = await connect(db, "read");
  const { grant, permission } = await new RowFetcher(damaged).load({ users: ["alice"], permissions: "granted" });
  expect([...grant.values()].map((row) => row.permission)).toContain("ghosts:*");
  expect([...permission.keys()].sort()).toEqual(["posts:delete", "posts:publish", "posts:read"]);
  await damaged.close();
});
