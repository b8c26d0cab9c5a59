/** Lists under conditions, as people, spreadsheets and scripts see them; alike on both kinds of database. */
import { beforeAll, describe, expect, it } from "vitest";
import { cli, json } from "../support/cli.ts";
import { seeded } from "../support/documents.ts";

const POLICY = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:update", "posts:purge"],
  roles: {
    reader: { grants: [{ permission: "posts:read", when: "resource.published" }] },
    author: { grants: ["posts:read:own", { permission: "posts:update", when: "subject.user == resource.author" }] },
    editor: {
      grants: ["posts:update", { permission: "posts:*", but: ["posts:purge"], when: "context.mfa" }],
      denies: [{ permission: "posts:update", scope: "acme/archive", when: "resource.locked" }],
    },
  },
  users: {
    alice: { roles: ["author"] },
    bob: { roles: ["author"] },
    carol: { roles: [{ role: "editor", scope: "acme" }] },
  },
  everyone: ["reader"],
};

let db: string;
beforeAll(async () => {
  db = await seeded(POLICY);
});

const rowsOf = async (line: string, section: string) =>
  ((await json(line, { db })) as Record<string, Record<string, unknown>[]>)[section]?.map((row) =>
    Object.fromEntries(
      ["user", "permission", "own", "scope", "when", "unless"].flatMap((name) =>
        name in row ? [[name, row[name]]] : [],
      ),
    ),
  );

describe("permissions", () => {
  it("say under which conditions they hold, and nothing where there is none", async () => {
    expect(await rowsOf("permissions carol", "permissions")).toEqual([
      { permission: "posts:read", own: "any", scope: null, when: "resource.published" },
      { permission: "posts:read", own: "any", scope: "acme", when: "context.mfa" },
      {
        ...{ permission: "posts:update", own: "any", scope: "acme" },
        unless: [{ scope: "acme/archive", when: "resource.locked" }],
      },
    ]);
    expect(await rowsOf("permissions alice", "permissions")).toEqual([
      { permission: "posts:read", own: "any", scope: null, when: "resource.published" },
      { permission: "posts:read", own: "only", scope: null },
      { permission: "posts:update", own: "any", scope: null, when: "subject.user == resource.author" },
    ]);
  });

  it("have columns for them, in CSV too", async () => {
    const { stdout } = await cli("permissions carol --format csv", { db });
    expect(stdout.split("\r\n").slice(0, 4)).toEqual([
      "permission,own,scope,except,when,unless,roles,grant,until",
      "posts:read,any,,,resource.published,,reader,posts:read,",
      "posts:read,any,acme,,context.mfa,,editor,posts:*,",
      "posts:update,any,acme,,,resource.locked on acme/archive,editor,posts:update,",
    ]);
    const plain = await cli("permissions --role reader --format csv --resource posts", {
      db: await seeded({ ...POLICY, roles: { reader: { grants: ["posts:read"] } }, users: {} }),
    });
    expect(plain.stdout.split("\r\n")[0]).toBe("permission,own,scope,except,roles,grant,until");
  });

  it("of a role alone ask for anybody", async () => {
    expect(await rowsOf("permissions --role author", "permissions")).toEqual([
      { permission: "posts:read", own: "only", scope: null },
      { permission: "posts:update", own: "any", scope: null, when: "subject.user == resource.author" },
    ]);
  });
});

describe("who-can", () => {
  it("tells apart those who hold the same, where a condition asks who they are", async () => {
    const named = await seeded({
      ...POLICY,
      roles: { ...POLICY.roles, author: { grants: [{ permission: "posts:purge", when: 'subject.user == "bob"' }] } },
    });
    expect(
      ((await json("who-can posts:purge", { db: named })) as { users: { user: string }[] }).users.map(
        ({ user }) => user,
      ),
    ).toEqual(["bob"]);
    expect(
      ((await json("access --permission posts:purge", { db: named })) as { access: { user: string }[] }).access.map(
        ({ user }) => user,
      ),
    ).toEqual(["bob"]);
  });

  it("says of strangers under which condition they may", async () => {
    const { stderr } = await cli("who-can posts:read", { db });
    expect(stderr).toContain("users whom the policy does not know may, too: everywhere only when resource.published");
  });
});

it("compare names what holds for one under conditions that the other does not have", async () => {
  const { code, stdout } = await cli("compare alice carol --format json", { db });
  const { left, right } = JSON.parse(stdout);
  expect(code).toBe(1);
  const told = ({ permission, own, scope, when, other }: Record<string, unknown>) => ({
    permission,
    own,
    scope,
    when,
    other,
  });
  expect(left.map(told)).toContainEqual(
    expect.objectContaining({
      permission: "posts:read",
      own: "only",
      when: undefined,
      other: { when: "resource.published", unless: [] },
    }),
  );
  expect(right.map(told)).toContainEqual(
    expect.objectContaining({
      permission: "posts:update",
      scope: "acme",
      other: { when: "subject.user == resource.author", unless: [] },
    }),
  );
  expect((await cli("compare alice bob", { db })).code).toBe(0);
});

it("history says of a gain under which condition it is one, and a condition that changes is a loss and a gain", async () => {
  const own = await seeded(POLICY);
  await cli("ungrant reader posts:read --when resource.published", { db: own });
  await cli("grant reader posts:read --when 'resource.published && !resource.hidden'", { db: own });
  const { stdout } = await cli("history dave", { db: await seeded({ ...POLICY, users: { dave: {} } }) });
  expect(stdout).toContain("posts:read (only when resource.published)");
  const turns = ((await json("history --role reader", { db: own })) as { history: Record<string, unknown>[] }).history;
  expect(turns.map(({ turn, when }) => `${turn} ${when}`)).toEqual([
    "gained resource.published",
    "lost resource.published",
    "gained resource.published && !resource.hidden",
  ]);
});

it("a role, and a permission, list conditional grants with the others", async () => {
  const role = (await cli("role show editor", { db })).stdout;
  expect(role).toContain("allow posts:* but posts:purge when context.mfa (@1)");
  expect(role).toContain("deny posts:update on acme/archive when resource.locked (@1)");
  expect((await cli("permission show posts:purge", { db })).stdout).not.toContain("editor");
  const { roles } = (await json("role list", { db })) as { roles: { role: string; grants: number }[] };
  expect(roles.map(({ role: name, grants }) => [name, grants])).toEqual([
    ["author", 2],
    ["editor", 3],
    ["reader", 1],
  ]);
});

it("the matrix says if, and what it means", async () => {
  const { stdout } = await cli("matrix --format csv", { db });
  expect(stdout.split("\r\n").slice(0, 4)).toEqual([
    "permission,author,editor,reader",
    "posts:purge,,,",
    "posts:read,own,if,if",
    "posts:update,if,any-,",
  ]);
});
