/** Rule 39: `was` in a document renames; a prune that may be a renaming in disguise says so. */
import { describe, expect, it } from "vitest";
import { BLOG, blog } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

const ROLES = BLOG.roles as Record<string, object>;

const seedWith = (document: object, flags = "", name = "policy.json") =>
  `seed "${fileWith(JSON.stringify({ rbac: 1, ...document }), name)}" ${flags}`;
const entriesSince = async (db: string, revision: number) =>
  (await json<{ entries: { change: Record<string, unknown> }[] }>(`audit --since @${revision}`, { db })).entries.map(
    ({ change }) => change,
  );

describe("was", () => {
  it("renames a role with its holders, and what else the document says of it holds", async () => {
    const db = await blog();
    const { editor, ...others } = ROLES;
    const document = { roles: { ...others, writer: { ...editor, was: "editor", description: "Writes" } } };
    expect(await cli(seedWith(document), { db })).toMatchObject({ code: 0 });
    expect((await entriesSince(db, 2)).filter(({ kind }) => kind === "former.add")).toEqual([
      { kind: "former.add", of: "role", name: "writer", former: "editor", revision: 2, before: null, after: {} },
    ]);
    expect(await json("role show writer", { db })).toMatchObject({ description: "Writes", inherits: ["reader"] });
    expect((await cli("can alice posts:publish", { db })).code).toBe(0);
    expect((await cli("role show editor", { db })).code).toBe(2);
    expect(await json(seedWith(document, "--check"), { db })).toMatchObject({ changed: false });
    expect((await cli("export", { db })).stdout).not.toContain("was");
    expect((await cli("why alice posts:publish", { db })).stdout).toContain("as editor until @2");
    expect(await json("audit verify", { db })).toMatchObject({ valid: true });
  });

  it("renames users, permissions and constraints, and a prune then takes nothing of theirs away", async () => {
    const db = await blog();
    await cli("constraint create apart ssd moderator idle --limit 2", { db });
    const { carol, ...users } = BLOG.users as Record<string, object>;
    const { "posts:publish": publish, ...permissions } = BLOG.permissions as Record<string, string>;
    const { editor, ...roles } = ROLES;
    const document = {
      permissions: { ...permissions, "posts:release": { description: publish, was: "posts:publish" } },
      roles: { ...roles, editor: { ...editor, grants: ["posts:release"] } },
      users: { ...users, caroline: { ...carol, was: "carol" } },
      everyone: BLOG.everyone,
      constraints: { separate: { kind: "ssd", roles: ["idle", "moderator"], limit: 2, was: "apart" } },
    };
    expect(await cli(seedWith(document, "--prune --yes"), { db })).toMatchObject({ code: 0 });
    const formers = (await entriesSince(db, 3)).filter(({ kind }) => kind === "former.add");
    expect(formers.map(({ of, former, name }) => [of, former, name])).toEqual([
      ["permission", "posts:publish", "posts:release"],
      ["user", "carol", "caroline"],
      ["constraint", "apart", "separate"],
    ]);
    expect((await cli("can caroline posts:release", { db })).code).toBe(0);
    expect(await json(seedWith(document, "--prune --check"), { db })).toMatchObject({ changed: false });
  });

  it("renames a role and a user who holds it at once: nothing is removed, and why still knows the first hand", async () => {
    const db = await blog();
    const { editor, ...others } = ROLES;
    const { alice, ...people } = BLOG.users as Record<string, object>;
    const document = {
      roles: { ...others, writer: { ...editor, was: "editor" } },
      users: { ...people, alicia: { ...alice, roles: ["writer"], was: "alice" }, carol: { roles: ["writer"] } },
    };
    await cli("assign carol editor --replace", { db });
    expect(await cli(seedWith(document, "--prune --max-removals 0 --actor root"), { db })).toMatchObject({ code: 0 });
    expect((await cli("why alicia posts:publish", { db })).stdout).toContain(
      "as editor until @3 by root, as alice until @3 by root",
    );
  });

  it("of lines of NDJSON, read in parts", async () => {
    const db = await blog();
    const rows = [
      { rbac: 1, sections: ["roles", "users"] },
      { kind: "role", role: "writer", was: "editor" },
      { kind: "user", user: "alicia", was: "alice" },
      { kind: "assignment", user: "alicia", role: "writer", scope: "acme" },
      { end: 3 },
    ];
    const file = fileWith(rows.map((row) => JSON.stringify(row)).join("\n"), "policy.ndjson");
    expect(await cli(`seed "${file}"`, { db })).toMatchObject({ code: 0 });
    expect(await json("user show alicia", { db })).toMatchObject({
      email: "alice@example.com",
      assignments: [
        { role: "writer", scope: null },
        { role: "writer", scope: "acme" },
      ],
    });
    expect((await cli("user show alice", { db })).code).toBe(2);
    expect(await json(`seed "${file}" --check`, { db })).toMatchObject({ changed: false });
  });

  it("creates what stands under neither name", async () => {
    const db = await blog();
    expect(await cli(seedWith({ roles: { night: { was: "evening" } } }), { db })).toMatchObject({ code: 0 });
    expect((await entriesSince(db, 2)).map(({ kind }) => kind)).toEqual(["role.add"]);
  });

  it.each([
    ["both stand", { roles: { editor: { was: "reader" } } }, 'role "editor" was "reader", and there are both'],
    [
      "both are stated",
      { roles: { boss: { was: "admin" }, admin: {} } },
      'role "boss" was "admin", and there are both',
    ],
    ["a chain", { roles: { b: { was: "idle" }, c: { was: "b" } } }, 'role "c" was "b", and there are both'],
  ])("is exit 3 with its place where %s", async (_, document, words) => {
    const db = await blog();
    const { code, stderr } = await cli(seedWith(document), { db });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/policy\.json:1:\d+: /)]);
    expect(stderr).toContain(words);
    expect(await entriesSince(db, 2)).toEqual([]);
  });

  it.each([
    ["itself", { roles: { editor: { was: "editor" } } }, "was names the role itself"],
    ["no name", { roles: { writer: { was: 7 } } }, "7 is a number here"],
    ["a pattern", { permissions: { "a:b": { was: "a:*" } } }, "a:*"],
    ["of an assignment", { users: { alice: { roles: [{ role: "editor", was: "x" }] } } }, 'unknown key "was"'],
  ])("is exit 2 where it names %s", async (_, document, words) => {
    const { code, stderr } = await cli(seedWith(document), { db: await blog() });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  it("is refused where the renaming would leave a pattern that covers nothing", async () => {
    const db = await blog();
    await cli("grant idle users:*", { db });
    const { code, stderr } = await cli(seedWith({ permissions: { "people:read": { was: "users:read" } } }), { db });
    expect([code, stderr]).toEqual([3, expect.stringContaining("would cover nothing")]);
  });
});

describe("a prune that drops a role with holders and adds another", () => {
  const { editor, ...others } = ROLES;
  const { idle: _, ...withoutIdle } = others;
  const document = { roles: { aaa: {}, ...others, writer: editor } };
  const words =
    'The role "editor" would go with 2 assignments, while "writer" comes: if it is the same one, say was: editor there.';

  it.each(["--prune", "--prune --max-removals 1 --yes"])("says so in its refusal: %s", async (flags) => {
    const { code, stderr } = await cli(seedWith(document, flags), { db: await blog() });
    expect([code, stderr]).toEqual([3, expect.stringContaining(words)]);
  });

  it.each([
    [
      "nobody held the role",
      { roles: Object.fromEntries(Object.entries({ ...ROLES, late: {} }).filter(([role]) => role !== "idle")) },
    ],
    ["no other comes", { roles: others }],
    ["the one that comes is another one renamed", { roles: { ...withoutIdle, late: { was: "idle" } } }],
    ["it is said", { roles: { ...others, writer: { ...editor, was: "editor" } } }],
  ])("and is silent where %s", async (_, silent) => {
    expect((await cli(seedWith(silent, "--prune"), { db: await blog() })).stderr).not.toContain("was:");
  });
});
