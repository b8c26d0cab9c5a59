/** A question about the past speaks of the names and scopes of that past, and says so. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { open } from "../../src/index.ts";
import { cli, json } from "../support/cli.ts";
import { fairly } from "../support/databases.ts";
import { fileWith, seeded } from "../support/documents.ts";
import { errorOf } from "../support/library.ts";

/** At revision 1 there are alice, editor and posts:publish; then each goes, and one of a near name comes. */
const LATER = [
  "assign alice editor --on acme", // 2
  "user create alcia", // 3
  "user delete alice --yes", // 4
  "role create editors", // 5
  "role delete editor --yes", // 6
  "permission create posts:published", // 7
  "permission delete posts:publish --yes", // 8
  "assign alcia editors --on globex", // 9
];

let db: string;
beforeAll(async () => {
  db = await seeded({
    rbac: 1,
    permissions: ["posts:read", "posts:publish"],
    roles: { editor: { grants: ["posts:publish"] }, reader: { grants: ["posts:read"] } },
    users: { alice: {}, bob: { roles: ["reader"] } },
  });
  for (const line of LATER) expect([line, await cli(line, { db })]).toMatchObject([line, { code: 0 }]);
});

describe("a name that was not there then", () => {
  it.each([
    ["can alcie posts:read --at @1", 'there was no user "alcie" then; did you mean "alice"?'],
    ["can alcie posts:read --at @3", 'there was no user "alcie" then; did you mean "alcia" or "alice"?'],
    ["can alcie posts:read --at @4", 'there was no user "alcie" then; did you mean "alcia"?'],
    ["can alcie posts:read", 'there is no user "alcie"; did you mean "alcia"?'],
    ["can alcie posts:read --at @9", 'there is no user "alcie"; did you mean "alcia"?'],
    ["can alcie posts:read --at +1d", 'there is no user "alcie"; did you mean "alcia"?'],
    ["can alyce posts:read --at @8", 'there was no user "alyce" then'],
    ["can zoe posts:read --at @1", 'there was no user "zoe" then'],
    ["can alice posts:read --at -7d", 'there was no user "alice" then'],
    ["can bob posts:publsh --at @1", 'there was no permission "posts:publsh" then; did you mean "posts:publish"?'],
    ["has bob edtor --at @1", 'there was no role "edtor" then; did you mean "editor"?'],
    ["has bob alice --at @1", 'there was no role "alice" then; "alice" was a user'],
    ["compare bob editor --at @1", 'there was no user "editor" then; "editor" was a role'],
    ["why alcie posts:read --at @1", 'there was no user "alcie" then; did you mean "alice"?'],
    ["permissions alcie --at @1", 'there was no user "alcie" then; did you mean "alice"?'],
    ["permissions --role edtor --at @1", 'there was no role "edtor" then; did you mean "editor"?'],
    ["who-can posts:publsh --at @1", 'there was no permission "posts:publsh" then; did you mean "posts:publish"?'],
    ["user list --role edtor --at @1", 'there was no role "edtor" then; did you mean "editor"?'],
    [
      "who-can posts:publishe --since @1",
      'there was no permission "posts:publishe" then; did you mean "posts:publish" or "posts:published"?',
    ],
    [
      "who-can posts:publishe --since @1 --until @3",
      'there was no permission "posts:publishe" then; did you mean "posts:publish"?',
    ],
    ["audit --user alcie", 'there is no user "alcie"; did you mean "alcia" or "alice"?'],
    ["audit --role edtor", 'there is no role "edtor"; did you mean "editor"?'],
    ["history alcie", 'there is no user "alcie"; did you mean "alcia" or "alice"?'],
    ["history --role edtor", 'there is no role "edtor"; did you mean "editor"?'],
    [
      "history bob posts:publishe",
      'there is no permission "posts:publishe"; did you mean "posts:publish" or "posts:published"?',
    ],
  ])("%s", async (line, message) => {
    const { code, stderr } = await cli(line, { db });
    expect([code, stderr]).toEqual([2, `rbac: ${message}\n`]);
  });

  it("in a batch, each question of its own past", async () => {
    const asked = ["@1", "@4", "@9"].map((at) => JSON.stringify({ user: "alcie", permission: "posts:read", at }));
    const { code, stdout } = await cli(`can --batch "${fileWith(asked.join("\n"), "q.ndjson")}"`, { db });
    const errors = stdout.trim().split("\n");
    expect([code, errors.map((line) => JSON.parse(line).error.message)]).toEqual([
      2,
      [
        'there was no user "alcie" then; did you mean "alice"?',
        'there was no user "alcie" then; did you mean "alcia"?',
        'there is no user "alcie"; did you mean "alcia"?',
      ],
    ]);
  });

  it("in the library", async () => {
    await using rbac = await open(db, { actor: "tests" });
    const error = await errorOf(rbac.can("alcie", "posts:read", { at: "@1" }));
    expect(error).toMatchObject({ code: "USER_NOT_FOUND", suggestions: ["alice"] });
  });

  it("is answered as a stranger where strangers were admitted", async () => {
    const open = await seeded({
      rbac: 1,
      permissions: ["posts:read"],
      roles: { reader: { grants: ["posts:read"] } },
      users: { alice: {} },
      everyone: ["reader"],
      strangers: true,
    });
    await cli("user rename alice zoe", { db: open });
    const { stderr } = await cli("can alcie posts:read --at @1", { db: open });
    expect(stderr).toBe('there was no user "alcie" then: answered as a stranger; near to it there was "alice"\n');
  });
});

describe("a scope that nothing mentions", () => {
  const now = (segment: string) => `hint: no grant or assignment is scoped to ${segment} or below it`;
  const then = (segment: string) => `hint: no grant or assignment was scoped to ${segment} or below it then`;
  it.each([
    ["can bob posts:published --on globes", now("globes")],
    ["why bob posts:published --on globes/1", now("globes")],
    ["has bob editors --on globes", now("globes")],
    ["who-can posts:published --on globes/1", now("globes")],
    ["permissions bob --on globes", now("globes")],
    ["permissions --role reader --on globes", now("globes")],
    ["user list --holding reader --on globes", now("globes")],
    ["can bob posts:publish --on globex --at @2", then("globex")],
    ["who-can posts:publish --on globex --at @2", then("globex")],
    ["who-can posts:publish --on globex --since @1 --until @8", then("globex")],
    ["can bob posts:published --on acme", now("acme")],
    ["revoke bob editors --on globes", now("globes")],
    ["assign bob reader --on globes --dry-run", "hint: no other grant or assignment is scoped to globes or below it"],
    [
      "grant reader posts:read --on globes/1 --dry-run",
      "hint: no other grant or assignment is scoped to globes or below it",
    ],
  ])("%s", async (line, hint) => {
    const { code, stderr } = await cli(line, { db });
    expect([code < 2, stderr.split("\n")]).toEqual([true, expect.arrayContaining([hint])]);
  });

  it.each([
    "can bob posts:read --on globes",
    "can bob posts:published --on globex/1",
    "can bob posts:publish --on acme/x --at @2",
    "who-can posts:published --on globex",
    "who-can posts:publish --on acme --at @2",
    "who-can posts:publish --on acme --since @1 --until @4",
    "who-can posts:publish --on globex --since @1",
    "who-can posts:read",
    "permissions bob --on globex/1",
    "assign bob reader --on globex --dry-run",
    "assign bob reader --dry-run",
    "grant reader posts:read --on globex/1 --dry-run",
  ])("no hint by %s", async (line) => {
    expect((await cli(line, { db })).stderr).not.toContain("hint:");
  });

  it("is found in the past by exactly its segment", async () => {
    const odd = ["a%", "a_", "ax", 'q"q', "b\\b", "é", "A%"];
    const name = fc.constantFrom(...odd);
    const past = await seeded({
      rbac: 1,
      permissions: ["p:r"],
      roles: { r: { grants: [{ permission: "p:r", scope: 'q"q/x' }] } },
      users: { u: { roles: ["a%/1", "b\\b"].map((scope) => ({ role: "r", scope })) } },
    });
    await cli("user delete u --yes", { db: past });
    const known = new Set(["a%", "b\\b", 'q"q']);
    await fc.assert(
      fc.asyncProperty(name, async (segment) => {
        const { stderr } = await cli(["can", "u", "p:r", "--on", `${segment}/z/z`, "--at", "@1"], { db: past });
        expect([segment, stderr.includes("hint:")]).toEqual([segment, !known.has(segment)]);
      }),
      { numRuns: fairly(30) },
    );
  });
});

describe("who-can --since --until takes revisions", () => {
  const could = async (flags: string) => {
    const { users } = await json<{ users: { user: string }[] }>(`who-can posts:publish ${flags}`, { db });
    return users.map(({ user }) => user);
  };
  it("each the moment just after it", async () => {
    expect(await could("--since @1 --until @1")).toEqual([]);
    expect(await could("--since @1 --until @2")).toEqual(["alice"]);
    expect(await could("--since @2 --until @9")).toEqual(["alice"]);
    expect(await could("--since @3 --until @3")).toEqual(["alice"]);
    expect(await could("--since @4 --until @7")).toEqual([]);
    expect(await could("--since 1d --until @3")).toEqual(["alice"]);
    expect(await could("--since @2")).toEqual(["alice"]);
  });

  it("and says the times that these are", async () => {
    const { since, until } = await json<{ since: string; until: string }>(
      "who-can posts:publish --since @2 --until @3",
      { db },
    );
    const stamps = await json<{ entries: { at: string }[] }>("audit --since @2 --until @3", { db });
    expect([since, until]).toEqual([stamps.entries.at(0)?.at, stamps.entries.at(-1)?.at]);
  });

  it.each([
    ["--since @10", "REVISION_NOT_FOUND"],
    ["--since @0", "REVISION_NOT_FOUND"],
    ["--since @1 --until @10", "REVISION_NOT_FOUND"],
    ["--since @3 --until @1", "INTERVAL_EMPTY"],
    ["--since @3 --until 1d", "INTERVAL_EMPTY"],
    ["--since @x", "TIME_INVALID"],
  ])("%s is exit 2", async (flags, errorCode) => {
    const { code, stdout } = await cli(`who-can posts:publish ${flags} --json`, { db });
    expect([code, JSON.parse(stdout).error.code]).toEqual([2, errorCode]);
  });
});

describe("audit", () => {
  it("--by a name near to one who made changes is exit 2, by another an empty list that says so", async () => {
    const own = await seeded({ rbac: 1, users: { dora: {} } });
    await cli("user create eve --actor mallory", { db: own });
    const near = await cli("audit --by malory", { db: own });
    expect([near.code, near.stderr]).toEqual([2, 'rbac: no change is by "malory"; did you mean "mallory"?\n']);
    const { error } = JSON.parse((await cli("audit --by malory --json", { db: own })).stdout);
    expect(error).toMatchObject({ code: "ACTOR_NOT_FOUND", suggestions: ["mallory"] });
    const far = await cli("audit --by stranger", { db: own });
    expect([far.code, far.stderr]).toEqual([0, "no entries: nobody by this name made any\n"]);
    for (const line of ["audit --by dora", "audit --by mallory --user dora", "audit --by mallory --kind role"])
      expect([line, (await cli(line, { db: own })).stderr]).toEqual([line, "no entries\n"]);
  });

  it("--kind names the near kinds, or all", async () => {
    expect((await cli("audit --kind grants", { db })).stderr).toContain('did you mean "grant"?');
    const { code, stderr } = await cli("audit --kind zebra", { db });
    expect([code, stderr]).toEqual([2, expect.stringContaining("the kinds are permission, role, user, inheritance")]);
  });
});
