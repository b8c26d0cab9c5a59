/** The rows that a question needs are fetched, and no more. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { digestOf } from "../../../src/policy/model/conditional-digest.ts";
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

it("conditional grants wherever grants are, and what is declared of the attributes of what is asked about", async () => {
  const db = await blog();
  const conditional = (role: string, effect: string, permission: string, scope: string, name: string) => {
    const when = `context.${name}`;
    const values = [role, effect, permission, scope, digestOf({ but: [], when }), "[]", when];
    return `insert into conditionals values ('${values.join("', '")}', 1)`;
  };
  const rows = [
    conditional("reader", "allow", "posts:delete", "", "a"),
    conditional("reader", "allow", "posts:delete", "acme", "b"),
    conditional("reader", "deny", "posts:*", "acme/blog", "c"),
    conditional("moderator", "allow", "posts:publish:own", "", "d"),
    "insert into attributes values ('posts', 'published', 'bool', null, 1), ('tags', 'label', 'string', null, 1)",
  ];
  for (const row of rows) await meddle(db, row);
  const open = await connect(db, "read");
  const fetch = async (needed: NeededRows) => {
    const { conditional: fetched, attribute, permission } = await new RowFetcher(open).load(needed);
    const names = [...fetched.values()].map(({ when }) => when?.slice("context.".length));
    return [names.sort().join(""), attribute.size, permission.has("posts:delete")];
  };
  const patterns = ["posts:delete", "posts:*"];
  const users = ["alice"];
  expect(await fetch({ users })).toEqual(["abc", 0, false]);
  expect(await fetch({ users, grants: "none" })).toEqual(["", 0, false]);
  expect(await fetch({ users, grants: { patterns }, permissions: ["posts:delete"] })).toEqual(["abc", 1, true]);
  expect(await fetch({ users, grants: { patterns: ["posts:read"] } })).toEqual(["", 0, false]);
  const on = (targets: (string | null)[], below = false) => ({ users, grants: { patterns, targets, below } });
  expect(await fetch(on([null]))).toEqual(["ac", 0, false]);
  expect(await fetch(on([null], true))).toEqual(["abc", 0, false]);
  expect(await fetch(on(["acme"]))).toEqual(["abc", 0, false]);
  expect(await fetch(on(["beta"]))).toEqual(["a", 0, false]);
  expect(await fetch(on(["acme/shop"]))).toEqual(["ab", 0, false]);
  expect(await fetch({ users, permissions: "granted" })).toEqual(["abc", 2, true]);
  expect(await fetch({ granting: { patterns: ["posts:publish:own"] } })).toEqual(["d", 0, false]);
  expect(await fetch({ roles: "all", permissions: "all" })).toEqual(["abcd", 2, true]);
  await open.close();
});
