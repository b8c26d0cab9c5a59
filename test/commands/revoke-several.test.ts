/** Revoking from several users at once: named one by one, or listed in a file. */
import { describe, expect, it } from "vitest";
import { answer, blog } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";
import { bytesOf } from "../support/databases.ts";
import { fileWith } from "../support/documents.ts";

interface Changed {
  revision: number;
  changes: { kind: string; user: string; role: string; scope: string | null }[];
}

const revoked = ({ changes }: Changed) => changes.map(({ kind, user, role, scope }) => [kind, user, role, scope]);

const csv = (...lines: string[]) => fileWith(["user,role,scope", ...lines, ""].join("\n"), "leavers.csv");

it("--user names several, in one revision", async () => {
  const done = await json<Changed>("revoke --user alice --user carol editor", { db: await blog() });
  expect([done.revision, revoked(done)]).toEqual([
    2,
    [
      ["assignment.remove", "alice", "editor", null],
      ["assignment.remove", "carol", "editor", null],
    ],
  ]);
});

describe("--file", () => {
  it("takes each user, role and scope of CSV, whatever their windows", async () => {
    const done = await json<Changed>(`revoke --file "${csv("carol,editor,", "bob,moderator,acme")}"`, {
      db: await blog(),
    });
    expect([done.revision, revoked(done)]).toEqual([
      2,
      [
        ["assignment.remove", "carol", "editor", null],
        ["assignment.remove", "bob", "moderator", "acme"],
      ],
    ]);
  });

  it("takes back what the assignments of an export brought, and with a seed of it brings them again", async () => {
    const db = await blog();
    const before = (await cli("export", { db })).stdout;
    const file = fileWith((await cli("export --format csv", { db })).stdout, "people.csv");
    expect((await json<Changed>(`revoke --file "${file}"`, { db })).changes).toHaveLength(5);
    expect((await cli(["seed", file], { db })).code).toBe(0);
    expect((await cli("export", { db })).stdout).toBe(before);
  });

  it("records the reason of each line, else that of the command", async () => {
    const db = await blog();
    const file = fileWith("user,role,reason\nalice,editor,left\ncarol,editor,\n", "leavers.csv");
    await cli(`revoke --file "${file}" --reason 'project over'`, { db });
    const { json: record } = await answer("audit --last 2", db);
    expect((record.entries as { reason: string }[]).map(({ reason }) => reason)).toEqual(["left", "project over"]);
  });

  it("is no change for what nobody holds, and names another way that somebody holds it, changing nothing", async () => {
    const db = await blog();
    const idle = await cli(`revoke --file "${csv("alice,idle,")}"`, { db });
    expect([idle.code, idle.stderr]).toEqual([0, "unchanged, revision 1: nothing of the list is assigned\n"]);
    const before = await bytesOf(db);
    const other = await cli(`revoke --file "${csv("alice,editor,", "bob,moderator,")}"`, { db });
    expect([other.code, other.stderr]).toEqual([
      2,
      'rbac: "bob" does not hold "moderator" there, but on acme: say --on acme\n',
    ]);
    expect(await bytesOf(db)).toBe(before);
  });

  it.each([
    ["more than people", JSON.stringify({ rbac: 1, roles: { editor: {} } }), "states roles"],
    ["no assignment", JSON.stringify({ rbac: 1, users: { alice: {} } }), "states no assignment"],
  ])("is exit 2 for a document with %s", async (_, text, words) => {
    const { code, stderr } = await cli(`revoke --file "${fileWith(text)}"`, { db: await blog() });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  it("revokes 2,000 assignments within one revision", async () => {
    const db = await blog();
    const lines = Array.from({ length: 2_000 }, (_, at) => `user${at},idle,`);
    await cli(["seed", csv(...lines)], { db });
    const done = await json<Changed>(`revoke --file "${csv(...lines)}"`, { db });
    expect([done.revision, done.changes.length]).toEqual([3, 2_000]);
  });
});
