/** The JSON that scripts rely on, key by key: fields may be added to it, never renamed. */
import { describe, expect, it } from "vitest";
import { ALLOWED, answer, askedOfBlog, BLOG, blog, steady } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

/** What has ended comes by documents alone. */
const ENDED = fileWith(
  JSON.stringify({ rbac: 1, users: { nobody: { roles: [{ role: "editor", until: "2021-01-01T00:00:00Z" }] } } }),
);

describe("can", () => {
  it("has the decision with its path", async () => {
    expect(await askedOfBlog("can alice posts:read")).toEqual({ allowed: true, revision: 1, decisions: [ALLOWED] });
  });

  it("has one decision for each permission", async () => {
    const { allowed, decisions } = (await askedOfBlog("can alice posts:read users:read")) as never;
    expect(allowed).toBe(false);
    expect(decisions).toEqual([
      ALLOWED,
      { ...ALLOWED, allowed: false, reason: "none", permission: "users:read", because: [] },
    ]);
  });

  it("has what a deny below takes out", async () => {
    const db = await blog();
    await cli("grant editor posts:read --on acme --deny", { db });
    const { json } = await answer("can alice posts:read", db);
    expect(json.decisions).toMatchObject([{ allowed: true, except: ["acme"] }]);
  });
});

it("has: the same with a role in place of a permission", async () => {
  const { allowed, revision, decisions } = (await askedOfBlog("has alice reader")) as never;
  expect([allowed, revision]).toEqual([true, 1]);
  const { permission: _, owner: __, ...held } = ALLOWED;
  expect(decisions).toMatchObject([
    { ...held, because: [{ held: "assigned", roles: ["editor", "reader"] }], role: "reader" },
  ]);
});

describe("why", () => {
  const stamp = { actor: "eve", at: "TIME", reason: "hired" };

  it("has the stamp of every revision", async () => {
    const db = await blog();
    await cli("assign nobody editor --actor eve --reason hired", { db });
    const { json } = await answer("why nobody posts:publish", db);
    const { allowed, revision, decisions } = steady(json) as never as {
      allowed: boolean;
      revision: number;
      decisions: object[];
    };
    expect([allowed, revision]).toEqual([true, 2]);
    expect(decisions).toMatchObject([
      {
        because: [
          {
            assignment: { role: "editor", revision: 2, stamp },
            grant: { permission: "posts:publish", revision: 1, stamp: { actor: expect.any(String), at: "TIME" } },
          },
        ],
      },
    ]);
    expect(decisions[0]).not.toHaveProperty("near");
  });

  it("has what was near, and what would change a no", async () => {
    const db = await blog();
    const { json } = await answer("why bob posts:delete", db);
    const [{ near, remedies }] = json.decisions as [
      { near: object[]; remedies: { commands: string[]; changes: object[] }[] },
    ];
    expect(near).toMatchObject([
      { obstacles: ["other scope"], assignment: { role: "moderator", scope: "acme", stamp: {} } },
      { obstacles: ["owner only"], held: "everyone" },
    ]);
    expect(remedies[0]).toMatchObject({
      commands: ["rbac assign bob moderator"],
      changes: [{ kind: "assignment.add", user: "bob", role: "moderator", scope: null }],
    });
  });

  it.each([
    ["ended", `seed "${ENDED}"`, "posts:publish"],
    ["not begun", "assign nobody editor --from 2998-01-01", "posts:publish"],
    ["other scope", "assign nobody editor --on acme", "posts:publish"],
    ["denied", "grant owner posts:publish --deny && assign nobody editor", "posts:publish"],
    ["disabled", "user disable nobody && assign nobody editor", "posts:publish"],
    ["owner only", "", "posts:delete"],
  ])("names the obstacle: %s", async (obstacle, lines, permission) => {
    const db = await blog();
    for (const line of lines.split(" && ").filter(Boolean)) expect((await cli(line, { db })).code).toBe(0);
    const { code, json } = await answer(`why nobody ${permission}`, db);
    expect([code, json.allowed]).toEqual([0, false]);
    const [{ near, remedies }] = json.decisions as [
      { near: { obstacles: string[] }[]; remedies: { commands: string[] }[] },
    ];
    expect(near.flatMap(({ obstacles }) => obstacles)).toContain(obstacle);
    // The first remedy is a promise: what it says, done, allows.
    for (const command of remedies[0]?.commands ?? [])
      expect((await cli(command.replace("rbac ", ""), { db })).code).toBe(0);
    expect((await cli(`can nobody ${permission}`, { db })).code).toBe(0);
  });
});

it("permissions", async () => {
  const row = { own: "any", scope: null, except: [], roles: ["editor", "reader"], grant: "posts:read", until: null };
  expect(await askedOfBlog("permissions carol")).toEqual({
    user: "carol",
    known: true,
    revision: 1,
    permissions: [
      {
        permission: "posts:delete",
        own: "only",
        scope: null,
        except: [],
        roles: ["owner"],
        grant: "posts:delete:own",
        until: null,
      },
      {
        ...row,
        permission: "posts:publish",
        roles: ["editor"],
        grant: "posts:publish",
        until: "2999-01-01T00:00:00.000Z",
      },
      { ...row, permission: "posts:read", until: "2999-01-01T00:00:00.000Z" },
    ],
  });
  const { permissions, ...of } = (await askedOfBlog("permissions --role editor --direct")) as { permissions: unknown };
  expect(of).toEqual({ role: "editor", revision: 1 });
  expect(permissions).toEqual([{ ...row, permission: "posts:publish", roles: ["editor"], grant: "posts:publish" }]);
});

it("who-can", async () => {
  expect(await askedOfBlog("who-can posts:delete")).toEqual({
    permission: "posts:delete",
    revision: 1,
    everyone: [],
    users: [
      { user: "bob", own: "any", scope: "acme", except: [], roles: ["moderator"], grant: "posts:delete", until: null },
      { user: "root", own: "any", scope: null, except: [], roles: ["admin"], grant: "*", until: null },
    ],
  });
});

it("matrix", async () => {
  expect(await askedOfBlog("matrix")).toEqual({
    revision: 1,
    permissions: ["posts:delete", "posts:publish", "posts:read", "users:read"],
    roles: [
      { role: "admin", cells: ["any", "any", "any", "any"] },
      { role: "editor", cells: ["–", "any", "any", "–"] },
      { role: "idle", cells: ["–", "–", "–", "–"] },
      { role: "moderator", cells: ["any", "–", "–", "–"] },
      { role: "owner", cells: ["own", "–", "–", "–"] },
      { role: "reader", cells: ["–", "–", "any", "–"] },
    ],
  });
  const db = await blog();
  await cli("assign nobody editor --on acme", { db });
  const { json } = await answer("matrix --users", db);
  expect(json.users).toContainEqual({ user: "bob", cells: ["own+scoped", "–", "–", "–"] });
  expect(json.users).toContainEqual({ user: "nobody", cells: ["own", "scoped", "scoped", "–"] });
});

describe("what writes", () => {
  it.each([
    [
      "assign alice moderator --on acme",
      {
        kind: "assignment.add",
        user: "alice",
        role: "moderator",
        scope: "acme",
        before: null,
        after: { from: null, until: null },
      },
    ],
    [
      "revoke alice editor",
      {
        kind: "assignment.remove",
        user: "alice",
        role: "editor",
        scope: null,
        before: { from: null, until: null },
        after: null,
      },
    ],
    ["assign --everyone idle", { kind: "everyone.add", role: "idle", before: null, after: {} }],
    [
      "grant idle 'posts:*' --deny",
      { kind: "grant.add", role: "idle", effect: "deny", permission: "posts:*", scope: null, before: null, after: {} },
    ],
    [
      "ungrant moderator posts:delete",
      {
        kind: "grant.remove",
        role: "moderator",
        effect: "allow",
        permission: "posts:delete",
        scope: null,
        before: {},
        after: null,
      },
    ],
    [
      "role inherit idle reader",
      { kind: "inheritance.add", role: "idle", inherits: "reader", before: null, after: {} },
    ],
    [
      "user disable nobody",
      {
        kind: "user.update",
        user: "nobody",
        before: { email: null, name: null, disabled: false },
        after: { email: null, name: null, disabled: true },
      },
    ],
    [
      "role set idle --description x",
      { kind: "role.update", role: "idle", before: { description: null }, after: { description: "x" } },
    ],
    [
      "permission create a:b",
      { kind: "permission.add", permission: "a:b", before: null, after: { description: null } },
    ],
  ])("%s", async (line, change) => {
    expect(await askedOfBlog(line)).toEqual({ changed: true, dryRun: false, revision: 2, changes: [change] });
  });

  it("audit: the change with its stamp, in a chain", async () => {
    const db = await blog();
    await cli("assign alice idle --actor eve", { db });
    await cli("revoke alice idle --actor eve --reason why", { db });
    const { json } = await answer("audit --last 2", db);
    const entries = json.entries as { prev: string; hash: string }[];
    expect(entries[1]?.prev).toBe(entries[0]?.hash);
    expect(steady(entries[1])).toEqual({
      seq: expect.any(Number),
      revision: 3,
      at: "TIME",
      actor: "eve",
      osUser: expect.any(String),
      reason: "why",
      change: {
        kind: "assignment.remove",
        user: "alice",
        role: "idle",
        scope: null,
        before: { from: null, until: null },
        after: null,
      },
      prev: "HASH",
      hash: "HASH",
    });
  });
});

const SEEDED = { revision: 1, at: "TIME", actor: "tester", reason: null };

describe("records", () => {
  it.each([
    [
      "user show bob",
      {
        user: "bob",
        email: null,
        name: null,
        disabled: false,
        everyone: ["owner"],
        assignments: [{ role: "moderator", scope: "acme", from: null, until: null, revision: 1 }],
        created: SEEDED,
        changed: SEEDED,
        revision: 1,
      },
    ],
    [
      "role show editor",
      {
        role: "editor",
        description: "Publishes",
        inherits: ["reader"],
        inheritedBy: [],
        everyone: false,
        users: ["alice", "carol"],
        assignments: [
          { user: "alice", scope: null, from: null, until: null, revision: 1 },
          { user: "carol", scope: null, from: null, until: "2999-01-01T00:00:00.000Z", revision: 1 },
        ],
        grants: [{ effect: "allow", permission: "posts:publish", scope: null, revision: 1 }],
        created: SEEDED,
        changed: SEEDED,
        revision: 1,
      },
    ],
    [
      "permission show users:read",
      {
        permission: "users:read",
        description: "See the users",
        grants: [{ role: "admin", effect: "allow", permission: "*", scope: null, revision: 1 }],
        created: SEEDED,
        changed: SEEDED,
        revision: 1,
      },
    ],
    [
      "user list --role moderator",
      {
        revision: 1,
        users: [
          {
            user: "bob",
            email: null,
            name: null,
            disabled: false,
            roles: ["moderator"],
            assignments: [{ role: "moderator", scope: "acme", from: null, until: null, revision: 1 }],
          },
        ],
      },
    ],
  ])("%s", async (line, json) => {
    expect(await askedOfBlog(line)).toEqual(json);
  });

  it("lists of holders say where, and through which role", async () => {
    const holdings = async (line: string) =>
      (
        (await askedOfBlog(line)) as { users: { user: string; holdings: { role: string; scope: string | null }[] }[] }
      ).users.map(({ user, holdings: of }) => [user, ...of.map(({ role, scope }) => [role, scope])]);
    expect(await holdings("user list --holding reader")).toEqual([
      ["alice", ["editor", null]],
      ["carol", ["editor", null]],
    ]);
    expect(await holdings("user list --holding moderator --on acme/blog")).toEqual([["bob", ["moderator", "acme"]]]);
    expect((await holdings("user list --holding owner")).map(([, held]) => held)).toEqual(
      Array.from({ length: 5 }, () => ["owner", null]),
    );
  });

  it("lists are objects with one array, sorted", async () => {
    const names = async (line: string, list: string, key: string) =>
      ((await askedOfBlog(line)) as Record<string, Record<string, string>[]>)[list]?.map((row) => row[key]);
    expect(await names("user list", "users", "user")).toEqual(["alice", "bob", "carol", "dora", "nobody", "root"]);
    expect(await names("role list", "roles", "role")).toEqual([
      "admin",
      "editor",
      "idle",
      "moderator",
      "owner",
      "reader",
    ]);
    expect(await names("permission list", "permissions", "permission")).toEqual(
      Object.keys(BLOG.permissions ?? {}).sort(),
    );
    expect(await names("role tree", "roles", "role")).toContain("editor");
  });
});

it("test: what passed and what failed, with its place", async () => {
  const tests = [{ user: "alice", can: ["posts:read"], cannot: ["posts:publish"] }];
  const file = fileWith(JSON.stringify({ ...BLOG, tests }), "blog.json");
  const { code, json } = await answer(`test "${file}"`, await blog());
  expect(code).toBe(1);
  expect(json).toMatchObject({
    passed: 1,
    failed: 1,
    tests: [
      { passed: true, file, user: "alice", expected: "can", subject: "posts:read", reason: "allow" },
      { passed: false, file, line: 1, user: "alice", expected: "cannot", subject: "posts:publish", reason: "allow" },
    ],
  });
});

it("an error of a file has every problem with its place", async () => {
  const file = fileWith('{"rbac": 1,\n "rols": {},\n "everyone": ["ghost", 7]}');
  const { code, json } = await answer(`seed "${file}"`, await blog());
  const { error } = json as {
    error: { problems: { file: string; line: number; column: number; code: string; message: string }[] };
  };
  expect(code).toBe(2);
  expect(error.problems.length).toBeGreaterThanOrEqual(2);
  for (const problem of error.problems) {
    expect(problem).toEqual({
      file,
      line: expect.any(Number),
      column: expect.any(Number),
      code: expect.any(String),
      message: expect.any(String),
    });
  }
  expect(error.problems.map(({ line }) => line)).toEqual(expect.arrayContaining([2, 3]));
});
