/**
 * Command lines that mean harm: nothing is guessed, nothing is widened, and every form of output ends with the same
 * exit code.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contents, expectNoTrace, expectRefused, file, forget, program, victim } from "../support/attack.ts";
import { cli } from "../support/cli.ts";

afterAll(forget);

let db = "";
let before = "";
beforeAll(async () => {
  db = await victim();
  before = contents(db);
});

/** An unset shell variable, wherever it may stand. */
const EMPTY: readonly (readonly string[])[] = [
  ["can", "", "posts:read"],
  ["can", "alice", ""],
  ["can", "alice", "posts:read", "--on", ""],
  ["can", "alice", "posts:read", "--on="],
  ["can", "alice", "posts:read", "--owner", ""],
  ["can", "alice", "posts:read", "--activate", ""],
  ["can", "alice", "posts:read", "--assume", ""],
  ["can", "alice", "posts:read", "--expect", ""],
  ["can", "--batch", ""],
  ["has", "alice", ""],
  ["why", "alice", ""],
  ["who-can", ""],
  ["who-can", "posts:read", "--on", ""],
  ["permissions", ""],
  ["permissions", "--role", ""],
  ["assign", "", "admin"],
  ["assign", "alice", ""],
  ["assign", "alice", "admin", ""],
  ["assign", "alice", "admin", "--on", ""],
  ["assign", "alice", "admin", "--until", ""],
  ["assign", "alice", "admin", "--for", ""],
  ["revoke", "alice", "reader", "--on", ""],
  ["grant", "reader", ""],
  ["grant", "reader", "posts:delete", "--on", ""],
  ["ungrant", "reader", "posts:read", "--on", ""],
  ["user", "list", "--role", ""],
  ["user", "create", "bob", "--email", ""],
  ["user", "create", "bob", "--actor", ""],
  ["user", "create", "bob", "--reason", ""],
  ["user", "delete", ""],
  ["role", "tree", ""],
  ["audit", "--by", ""],
  ["audit", "--since", ""],
  ["audit", "--last", ""],
  ["undo", ""],
  ["seed", ""],
  ["seed", "--expect-revision", ""],
  ["diff", ""],
  ["test", ""],
  ["export", "--out", ""],
  ["user", "list", "--db", ""],
  ["--db", "", "user", "list"],
  ["--db=", "user", "list"],
  ["user", "list", "--format", ""],
];

const WRONG: readonly (readonly string[])[] = [
  ["cann", "alice", "posts:read"],
  ["user", "lst"],
  ["user", "list", "extra"],
  ["__proto__"],
  ["constructor", "x"],
  ["user", "__proto__"],
  ["--constructor", "user", "list"],
  ["--__proto__", "user", "list"],
  ["--nonsense", "user", "list"],
  ["user", "list", "--nonsense"],
  ["user", "list", "--actor", "x"],
  ["can", "alice"],
  ["can"],
  ["can", "alice", "posts:read", "--on"],
  ["can", "alice", "posts"],
  ["can", "alice", "posts:*"],
  ["can", "alice", "posts:read", "--on", "/acme"],
  ["can", "alice", "posts:read", "--on", "acme/../beta"],
  ["can", "alice", "posts:read", "--on", "acme//beta"],
  ["can", "alice", "posts:read", "--expect", "maybe"],
  ["can", "alice", "posts:read", "--any", "--all"],
  ["can", "alice", "posts:reed"],
  ["can", "alcie", "posts:read"],
  ["can", "alice", "posts:read", "posts:reed", "--any"],
  ["can", "alice", "posts:read", "--assume", "nobody"],
  ["assign", "alice", "nobody"],
  ["assign", "alice", "admin", "--until", "tomorrow"],
  ["assign", "alice", "admin", "--until", "2027-02-30"],
  ["assign", "alice", "admin", "--for", "-8h"],
  ["assign", "alice", "admin", "--for", "999999999w"],
  ["grant", "reader", "posts:*:*"],
  ["grant", "reader", "nothing:*"],
  ["undo", "0"],
  ["undo", "-1"],
  ["undo", "1.5"],
  ["undo", "1e3"],
  ["undo", "x"],
  ["undo", "9".repeat(30)],
  ["audit", "--last", "0"],
  ["audit", "--last", "1e3"],
  ["audit", "--last", "9".repeat(30)],
  ["audit", "--kind", "constructor"],
  ["audit", "--since", "@9999999999999999999"],
  ["seed", "--expect-revision", "-1"],
  ["seed", "--expect-revision", "9".repeat(30)],
  ["seed", "--prune"],
  ["user", "list", "--format", "xml"],
  ["user", "list", "--format", "__proto__"],
  ["export", "--format", "table"],
];

const shown = (argv: readonly string[]): string =>
  argv.map((word) => (word.length > 40 ? `${word.slice(0, 9)}…` : word || "''")).join(" ");

describe("an empty value", () => {
  it.each(EMPTY.map((argv) => [shown(argv), argv] as const))("is exit 2: rbac %s", async (_, argv) => {
    expectRefused(await cli(argv, { db }), 2);
    expect(contents(db)).toBe(before);
  });

  it.each(["RBAC_DB", "RBAC_FORMAT", "RBAC_ACTOR", "RBAC_REASON"])("is exit 2 in %s", async (name) => {
    for (const argv of [
      ["user", "list"],
      ["user", "create", "bob"],
    ])
      expectRefused(await cli(argv, { db, env: { [name]: "" } }), 2, new RegExp(name));
  });
});

/** Each with the exit code that it must have, however its output is written. */
const ALL: readonly (readonly [code: number, argv: readonly string[]])[] = [
  ...WRONG.map((argv) => [2, argv] as const),
  [0, ["can", "alice", "posts:read"]],
  [1, ["can", "alice", "posts:delete"]],
  [1, ["can", "alice", "posts:read", "--expect", "no"]],
  [1, ["has", "alice", "admin"]],
  [0, ["why", "alice", "posts:delete"]],
  [0, ["user", "list", "--role", "admin"]],
  [0, ["assign", "alice", "reader"]],
  [0, ["audit", "--since", "@999999999999999"]],
  [1, ["seed", file("other.yaml", "rbac: 1\nroles: {other: {}}\n"), "--check"]],
  [1, ["diff", file("other.json", '{"rbac":1}')]],
  [3, ["role", "inherit", "reader", "admin"]],
  [3, ["user", "create", "Alice"]],
  [3, ["role", "delete", "reader"]],
  [3, ["init"]],
  [4, ["user", "list", "--db", "/nowhere/rbac.db"]],
  [4, ["--db", "/nowhere/rbac.db", "assign", "alice", "reader"]],
];

describe("the exit code and the JSON of", () => {
  it.each(ALL.map(([code, argv]) => [shown(argv), code, argv] as const))("rbac %s", async (_, code, argv) => {
    for (const more of [[], ["--quiet"], ["--format=yaml"]]) {
      const exported = argv[0] === "export" && more[0] === "--format=yaml";
      if (exported || argv.includes("--format")) continue;
      const result = await cli([...argv, ...more], { db });
      expect({ more, ...result }).toMatchObject({ more, code });
      expectNoTrace(result.stderr);
    }
    const { stdout, stderr, ...result } = await cli([...argv, "--json"], { db });
    expect({ ...result, stderr }).toMatchObject({ code });
    const document = JSON.parse(stdout);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    if (code > 1) {
      expectRefused({ stdout, stderr, ...result }, code);
      expect(document).toMatchObject({ error: { exitCode: code, code: expect.stringMatching(/^[A-Z_]+$/) } });
    }
    expect(contents(db)).toBe(before);
  });

  it("an error is JSON in every way of asking for it, and in no other", async () => {
    const bad = ["can", "alcie", "posts:read"];
    for (const argv of [
      ["--json", ...bad],
      [...bad, "--format", "json"],
      ["--format=json", ...bad],
      [...bad, "--format", "table", "--json"],
    ])
      expect(JSON.parse((await cli(argv, { db })).stdout)).toMatchObject({ error: { suggestions: ["alice"] } });
    expect(JSON.parse((await cli(bad, { db, env: { RBAC_FORMAT: "json" } })).stdout)).toHaveProperty("error");
    for (const argv of [bad, [...bad, "--format", "csv"], ["can", "alcie", "--", "posts:read", "--json"]])
      expect((await cli(argv, { db })).stdout).toBe("");
  });
});

describe("words that look like flags", () => {
  it("behind -- are arguments", async () => {
    expectRefused(await cli(["user", "show", "--", "--json"], { db }), 2, /begins with -/);
    expectRefused(await cli(["--", "user", "list"], { db }), 2, /no command/);
  });

  it("are taken before the command as behind it", async () => {
    expect(await cli(["--quiet", "--db", db, "can", "alice", "posts:read"])).toMatchObject({ code: 0, stdout: "" });
    expect(await cli(["-q", `--db=${db}`, "can", "alice", "posts:delete"])).toMatchObject({ code: 1, stdout: "" });
  });
});

describe("bytes that are no text", () => {
  it("are no name", () => {
    const result = program(["user", "create", "\ufffd"], { env: { RBAC_DB: db } });
    expectRefused(result, 2, /cannot be seen/);
    expect(contents(db)).toBe(before);
  });
});
