/**
 * An answer without a transaction is of one moment, whatever is committed between its statements, and of nothing that
 * is not.
 */
import Sqlite from "better-sqlite3";
import { afterEach, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { assigning } from "../../../src/policy/mutations.ts";
import { blog, keyedBlog } from "../../support/blog.ts";
import { AT } from "../../support/documents.ts";
import { stampAt } from "../../support/store/random-databases.ts";

const { prepare } = Sqlite.prototype;

afterEach(() => {
  Sqlite.prototype.prepare = prepare;
});

/** Has something done right after each statement that fetches a part of a slice. */
function afterEachStatement(act: () => void): void {
  Sqlite.prototype.prepare = function (this: Sqlite.Database, text: string) {
    const statement = prepare.call(this, text);
    if (!text.includes("\nunion all ")) return statement;
    const all = statement.all.bind(statement) as (...parameters: unknown[]) => unknown[];
    statement.all = (...parameters: unknown[]) => {
      const rows = all(...parameters);
      act();
      return rows;
    };
    return statement;
  } as typeof prepare;
}

/**
 * A writer that has erin do the same by another role each time: half of one moment and half of the next is a "no". What
 * a wildcard covers takes a second statement.
 */
async function turncoat() {
  const path = await blog();
  const file = new Sqlite(path);
  file.exec(`insert into roles (role, skeleton, revision) values ('r0', 'r0', 1), ('r1', 'r1', 1);
    insert into users ("user", disabled, skeleton, revision) values ('erin', 0, 'erin', 1)`);
  let times = 0;
  const turn = () => {
    const role = `r${times % 2}`;
    times += 1;
    file.exec(`begin; delete from assignments where "user" = 'erin'; delete from grants where role in ('r0', 'r1');
      insert into assignments ("user", role, scope, revision) values ('erin', '${role}', '', 1);
      insert into grants (role, effect, permission, scope, revision) values ('${role}', 'allow', 'posts:*', '', 1);
      update meta set revision = revision + 1; commit`);
  };
  turn();
  return { path, turn, revision: () => Number(prepare.call(file, "select revision from meta").pluck().get()) };
}

const question = {
  user: "erin",
  permission: "posts:delete",
  scope: null,
  owner: null,
  at: AT,
  activate: [],
  assume: [],
};

it("a change between two statements is seen whole, or not at all", async () => {
  const { path, turn, revision } = await turncoat();
  let left = 1;
  afterEachStatement(() => {
    if (left-- > 0) turn();
  });
  const database = await Database.open(path, "read");
  const { permissions, revision: answered } = await database.permissions(question);
  await database.close();
  expect([permissions.map(({ permission }) => permission), answered]).toEqual([
    expect.arrayContaining(["posts:delete"]),
    revision(),
  ]);
  expect(left).toBeLessThan(-1); // There was a second statement, and all was asked again.
});

it("an answer comes however often there is a change in between", async () => {
  const { path, turn } = await turncoat();
  afterEachStatement(turn);
  const database = await Database.open(path, "read");
  for (let asked = 0; asked < 5; asked++) {
    expect((await database.can([question])).decisions[0]?.allowed).toBe(true);
    expect((await database.permissions(question)).permissions.map((row) => row.permission)).toContain("posts:delete");
  }
  await database.close();
});

it("what the same connection has written and does not commit is never seen", async () => {
  const database = await Database.open(await keyedBlog("0123456789abcdef0123456789abcdef"), "write");
  const mutation = { roles: ["admin"], scope: null, from: null, until: null, replace: false, existing: false };
  const refused = database.change(stampAt(AT), assigning({ who: "alice", ...mutation }));
  const asked: Promise<boolean | undefined>[] = [];
  for (let at = 0; at < 200; at++) {
    asked.push(database.can([{ ...question, user: "alice" }]).then(({ decisions }) => decisions[0]?.allowed));
    await Promise.resolve();
  }
  await expect(refused).rejects.toThrow("key");
  expect(new Set(await Promise.all(asked))).toEqual(new Set([false]));
  await database.close();
});
