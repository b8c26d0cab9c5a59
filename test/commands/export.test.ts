/** Documents out: formats that lose nothing and formats to read; differences between any two. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BLOG, blog } from "../support/blog.ts";
import { cli, freshDb } from "../support/cli.ts";
import { beside } from "../support/databases.ts";
import { fileWith } from "../support/documents.ts";

const exported = async (db: string, flags = "") => (await cli(`export ${flags}`, { db })).stdout;

describe.each(["yaml", "json", "ndjson"])("%s", (format) => {
  it("loses nothing, on whichever database it is read again", async () => {
    const db = await blog();
    await cli("grant idle 'posts:*' --on acme --deny", { db });
    const text = await exported(db, `--format ${format}`);
    const other = freshDb();
    expect((await cli(`seed "${fileWith(text, `snapshot.${format}`)}"`, { db: other })).code).toBe(0);
    expect(await exported(other, `--format ${format}`)).toBe(text);
    expect(await exported(other)).toBe(await exported(db));
  });

  it("restores by --prune what was changed since", async () => {
    const db = await blog();
    const snapshot = fileWith(await exported(db, `--format ${format}`), `snapshot.${format}`);
    for (const line of ["user delete alice --yes", "assign erin admin", "revoke --everyone owner", "role create x"]) {
      expect((await cli(line, { db })).code).toBe(0);
    }
    expect((await cli(`seed "${snapshot}" --prune --yes`, { db })).code).toBe(0);
    expect(await exported(db, `--format ${format}`)).toBe(readFileSync(snapshot, "utf8"));
  });
});

it("--json is --format json", async () => {
  const db = await blog();
  expect(await exported(db, "--json")).toBe(await exported(db, "--format json"));
  expect(JSON.parse(await exported(db, "--json"))).toMatchObject({ rbac: 1, everyone: ["owner"] });
});

it("csv holds who has which role, and reads back as that", async () => {
  const db = await blog();
  expect(await exported(db, "--format csv")).toBe(
    [
      "user,role,scope,from,until,reason",
      "alice,editor,,,,",
      "bob,moderator,acme,,,",
      "carol,editor,,,2999-01-01T00:00:00.000Z,",
      "dora,reader,,,,",
      "nobody,,,,,",
      "root,admin,,,,",
      "",
    ].join("\r\n"),
  );
  expect((await cli(`seed "${fileWith(await exported(db, "--format csv"), "p.csv")}" --check`, { db })).code).toBe(0);
});

it("markdown is a page with the matrix, everyone and the assignments", async () => {
  const text = await exported(await blog(), "--format markdown");
  expect(text).toContain("| permission | description | admin | editor | idle | moderator | owner | reader |\n");
  expect(text).toContain("| posts:delete | Delete any post | any | – | – | any | own | – |\n");
  expect(text).toContain("- owner\n");
  expect(text).toContain("| bob | moderator | acme |  |  |\n");
});

describe("--out", () => {
  it.each([
    ["yaml", /^rbac: 1\n/],
    ["json", /^\{\n/],
    ["ndjson", /^\{"rbac":1/],
    ["csv", /^user,role/],
    ["md", /^# Roles/],
    ["txt", /^rbac: 1\n/],
  ])("writes a .%s file for its owner alone, in the format of its name", async (extension, beginning) => {
    const db = await blog();
    const path = beside(db, extension);
    const { code, stdout, stderr } = await cli(`export --out "${path}"`, { db });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: `wrote ${path}\n` });
    expect(readFileSync(path, "utf8")).toMatch(beginning);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("replaces a file whole, and narrows who may read it", async () => {
    const db = await blog();
    const path = beside(db, "yaml");
    writeFileSync(path, "old".repeat(10_000), { mode: 0o644 });
    await cli(`export --out "${path}"`, { db });
    expect(readFileSync(path, "utf8")).toBe(await exported(db));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("is exit 2 where it cannot be written", async () => {
    const { code, stderr } = await cli("export --out missing/folder/x.yaml", { db: await blog() });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^rbac: cannot write [^\n]+\n$/);
  });
});

describe("diff", () => {
  const same = fileWith(JSON.stringify(BLOG));
  const other = fileWith(JSON.stringify({ ...BLOG, everyone: ["owner", "reader"] }));

  it.each([
    [same, same, 0, ""],
    [same, other, 1, "+ everyone reader\n"],
    [other, same, 1, "- everyone reader\n"],
    [other, "", 1, "- everyone reader\n"],
    [same, "", 0, ""],
  ])("%s %s exits %i", async (a, b, code, text) => {
    const got = await cli(["diff", a, b].filter(Boolean), { db: await blog() });
    expect([got.code, got.stdout]).toEqual([code, text]);
    expect(got.stderr).toBe(code === 0 ? "equal\n" : `1 difference; - only in ${a}, + only in ${b || "@now"}\n`);
  });

  it("needs no database for two documents", async () => {
    expect((await cli(`diff "${same}" "${other}"`, { db: freshDb() })).code).toBe(1);
    expect((await cli(`diff "${same}"`, { db: freshDb() })).code).toBe(4);
  });

  it("is JSON with the changes", async () => {
    const { stdout } = await cli(`diff "${same}" "${other}" --json`);
    expect(JSON.parse(stdout)).toEqual({
      changed: true,
      changes: [{ kind: "everyone.add", role: "reader", before: null, after: {} }],
    });
  });
});

describe("test", () => {
  const tested = (tests: object[]) => fileWith(JSON.stringify({ ...BLOG, tests }), "blog.json");

  it("passes, fails, and says where and what the answer was", async () => {
    const good = tested([{ user: "alice", can: ["posts:read"], has: ["reader"] }]);
    expect(await cli(`test "${good}"`)).toEqual({ code: 0, stdout: "2 passed, 0 failed\n", stderr: "" });
    const bad = tested([{ user: "alice", scope: "acme", owner: "bob", can: ["users:read"], cannot: ["posts:delete"] }]);
    const { code, stdout } = await cli(`test "${bad}"`);
    expect(code).toBe(1);
    const why =
      "alice can users:read on acme owned by bob: expected yes, got no: nothing that alice holds allows users:read on acme";
    expect(stdout).toBe(`failed ${bad}:1: ${why}\n1 passed, 1 failed\n`);
  });

  it("is exit 2 for an unknown name, also in cannot", async () => {
    const unknown = tested([{ user: "alice", cannot: ["posts:shred"] }]);
    expect((await cli(`test "${unknown}"`)).code).toBe(2);
  });

  it("checks documents that state no tests, and says that there were none", async () => {
    expect(await cli(`test "${fileWith(JSON.stringify(BLOG))}"`)).toEqual({
      code: 0,
      stdout: "0 passed, 0 failed\n",
      stderr: "the documents are valid, and state no tests\n",
    });
    const cycle = { rbac: 1, roles: { a: { inherits: ["b"] }, b: { inherits: ["a"] } } };
    expect(await cli(`test "${fileWith(JSON.stringify(cycle))}"`)).toMatchObject({ code: 3, stdout: "" });
    const unknown = { rbac: 1, roles: { a: { grants: ["posts:read"] } } };
    expect(await cli(`test "${fileWith(JSON.stringify(unknown))}"`)).toMatchObject({ code: 2, stdout: "" });
  });

  it("refuses documents that break a constraint of theirs, with tests or without", async () => {
    const apart = {
      rbac: 1,
      roles: { clerk: {}, auditor: {} },
      users: { alice: { roles: ["clerk", "auditor"] } },
      constraints: { apart: { kind: "ssd", roles: ["clerk", "auditor"], limit: 2 } },
    };
    for (const tests of [[], [{ user: "alice", has: ["clerk"] }]]) {
      const { code, stderr } = await cli(`test "${fileWith(JSON.stringify({ ...apart, tests }))}"`);
      expect([code, stderr]).toEqual([3, expect.stringContaining('would break the constraint "apart" (ssd)')]);
    }
  });

  it("--live asks the database", async () => {
    const db = await blog();
    const good = tested([{ user: "alice", cannot: ["posts:delete"] }]);
    expect((await cli(`test "${good}" --live`, { db })).code).toBe(0);
    await cli("grant reader posts:delete", { db });
    expect((await cli(`test "${good}" --live`, { db })).code).toBe(1);
    expect((await cli(`test "${good}"`, { db })).code).toBe(0);
  });
});

it.each(["csv", "json", "yaml", "ndjson", "markdown"])(
  "--format %s is of the file, and not of what is said",
  async (format) => {
    const db = await blog();
    const file = beside(db, `out.${format}`);
    expect(await cli(`export --format ${format} --out "${file}"`, { db })).toEqual({
      code: 0,
      stdout: "",
      stderr: `wrote ${file}\n`,
    });
    const said = await cli(`export --out "${file}" --json`, { db });
    expect([said.code, JSON.parse(said.stdout)]).toEqual([0, { path: file }]);
  },
);
