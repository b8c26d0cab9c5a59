/** What holds for every command alike: one answer in every format, one exit code, dry runs that touch nothing. */
import { parse as parseCsv } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { askedBlog, blogAgain, steady } from "../support/blog.ts";
import { cli, freshDb } from "../support/cli.ts";
import { ASKING, BACKUP, FAILS, SAME, WRITING } from "../support/command-lines.ts";
import { bytesOf } from "../support/databases.ts";

describe.each(ASKING)("%s", (line, code) => {
  it(`exits ${code} in every format, and quietly`, async () => {
    const db = await askedBlog();
    for (const how of ["", "--json", "--format yaml", "--format csv", "--quiet", "--quiet --json"]) {
      expect([how, (await cli(`${line} ${how}`, { db })).code]).toEqual([how, code]);
    }
  });

  it("says the same in JSON and YAML, and CSV has as many cells in every row", async () => {
    const db = await askedBlog();
    const json = JSON.parse((await cli(`${line} --format json`, { db })).stdout);
    const yaml = parseYaml((await cli(`${line} --format yaml`, { db })).stdout);
    expect(steady(yaml)).toEqual(steady(json));
    const csv = (await cli(`${line} --format csv`, { db })).stdout;
    const [head = [], ...rows] = parseCsv(csv, { relax_column_count: true });
    expect(head.length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.length !== head.length)).toEqual([]);
  });

  it("keeps stderr silent when quiet, and stdout too for a yes or no", async () => {
    const { stdout, stderr } = await cli(`${line} --quiet`, { db: await askedBlog() });
    expect(stderr).toBe("");
    if (/^(can|has) /.test(line)) expect(stdout).toBe("");
  });

  it("writes nothing to the database", async () => {
    const db = await askedBlog();
    const before = await bytesOf(db);
    await cli(line, { db });
    expect(await bytesOf(db)).toBe(before);
  });
});

describe.each(WRITING)("%s", (line) => {
  it("would change something with --dry-run, and leaves every byte as it was", async () => {
    const db = await blogAgain();
    const before = await bytesOf(db);
    const dry = JSON.parse((await cli(`${line} --dry-run --json`, { db })).stdout);
    expect(dry).toMatchObject({ changed: true, dryRun: true, revision: 1 });
    expect(await bytesOf(db)).toBe(before);
    const done = JSON.parse((await cli(`${line} --json`, { db })).stdout);
    expect(steady(done)).toEqual(steady({ ...dry, dryRun: false, revision: 2 }));
    expect(await bytesOf(db)).not.toBe(before);
  });

  it("ends on stderr with its revision and how to undo it", async () => {
    const { code, stderr } = await cli(line, { db: await blogAgain() });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^(added|changed|removed) \d+ [^\n]*; revision 2; to undo: rbac undo 2\n$/m);
  });

  it("can be taken back by just that, to the byte of an export", async () => {
    const db = await blogAgain();
    const before = (await cli("export", { db })).stdout;
    await cli(`${line} --quiet`, { db });
    expect((await cli("export", { db })).stdout).not.toBe(before);
    expect((await cli("undo 2", { db })).code).toBe(0);
    expect((await cli("export", { db })).stdout).toBe(before);
  });

  it("writes one entry for each change, with who and why", async () => {
    const db = await blogAgain();
    const seqs = async () => JSON.parse((await cli("audit --json", { db })).stdout).entries;
    const before = (await seqs()).length;
    const { changes } = JSON.parse((await cli(`${line} --actor eve --reason 'ticket 7' --json`, { db })).stdout);
    const fresh = (await seqs()).slice(before);
    expect(fresh.map((entry: { change: unknown }) => entry.change)).toEqual(changes);
    for (const entry of fresh) expect(entry).toMatchObject({ revision: 2, actor: "eve", reason: "ticket 7" });
  });
});

describe("what already holds", () => {
  // A window counted from now would be another one a moment later.
  it.each(WRITING.filter((line) => !/undo|rename|delete|--for/.test(line)))(
    "%s is no change the second time",
    async (line) => {
      const db = await blogAgain();
      await cli(line, { db });
      const before = await bytesOf(db);
      const { code, stdout } = await cli(`${line} --json`, { db });
      expect([code, JSON.parse(stdout)]).toEqual([0, { changed: false, dryRun: false, revision: 2, changes: [] }]);
      expect(await bytesOf(db)).toBe(before);
    },
  );

  it.each(["user", "role", "permission"])("%s delete forgives an unknown name with --if-exists alone", async (kind) => {
    const db = await blogAgain();
    const name = kind === "permission" ? "posts:gone" : "gone";
    expect((await cli(`${kind} delete ${name}`, { db })).code).toBe(2);
    const { code, stdout } = await cli(`${kind} delete ${name} --if-exists --json`, { db });
    expect([code, JSON.parse(stdout).changed]).toEqual([0, false]);
  });
});

describe.each(FAILS)("%s", (line, code) => {
  it(`exits ${code} with one line on stderr, in text, JSON and quietly; for people a refusal may show what would go`, async () => {
    const db = await askedBlog();
    const before = await bytesOf(db);
    for (const how of ["", "--json", "--quiet"]) {
      const got = await cli(`${line} ${how}`, { db });
      expect([how, got.code]).toEqual([how, code]);
      expect(got.stderr).toMatch(code === 3 && how === "" ? /^([^r][^\n]*\n)*rbac: [^\n]+\n$/ : /^rbac: [^\n]+\n$/);
      if (how !== "--json") expect(got.stdout).toBe("");
    }
    expect(await bytesOf(db)).toBe(before);
  });

  it("is one JSON document with the code and the exit code", async () => {
    const { stdout, stderr } = await cli(`${line} --json`, { db: await askedBlog() });
    const { error, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({});
    expect(error).toEqual({
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.any(String),
      suggestions: expect.any(Array),
      exitCode: code,
      ...(error.code === "REFUSED" && { refusals: [{ code: expect.any(String), message: error.message }] }),
    });
    expect(stderr).toBe(`rbac: ${error.message}\n`);
  });
});

describe("a missing database", () => {
  it.each([
    "can a b:c",
    "matrix",
    "assign a b",
    "undo 1",
    "undo --to @1",
    "audit verify",
    "audit head",
    "audit export",
    "history a",
    "expiring",
    "diff @1",
    "can a b:c --at @1",
    "db status",
    "db migrate",
    `db backup "${BACKUP}"`,
    "user list",
    `diff "${SAME}"`,
    "export",
    "generate types",
    `seed "${SAME}" --existing`,
  ])("%s is exit 4 and makes no file", async (line) => {
    const db = freshDb();
    const { code, stdout } = await cli(`${line} --json`, { db });
    expect([code, JSON.parse(stdout).error.code]).toEqual([4, "DATABASE_MISSING"]);
    expect((await cli("can a b:c --expect no", { db })).code).toBe(4);
  });
});

describe("every value that is empty", () => {
  it.each([
    ["can", "alice", "posts:read", "--on", ""],
    ["can", "", "posts:read"],
    ["assign", "alice", ""],
    ["can", "alice", "posts:read", "--owner", ""],
    ["assign", "alice", "reader", "--until", ""],
    ["audit", "--by", ""],
    ["user", "list", "--db", ""],
    ["user", "list", "--format", ""],
    ["user", "list", "--role", ""],
    ["export", "--out", ""],
    ["generate", "types", "--out", ""],
    ["role", "tree", ""],
    ["seed", ""],
    ["assign", "alice", "reader", "--reason", ""],
    ["can", "alice", "posts:read", "--at", ""],
    ["who-can", "posts:read", "--since", ""],
    ["expiring", "--within", ""],
    ["undo", "--to", ""],
    ["undo", ""],
    ["diff", "@1", ""],
    ["history", "--role", ""],
    ["audit", "verify", "--expect", ""],
    ["audit", "verify", "--audit-key-file", ""],
    ["audit", "export", "--out", ""],
    ["db", "backup", ""],
    ["db", "restore", ""],
  ])("%s %s %s %s %s is exit 2", async (...words) => {
    const db = await blogAgain();
    const before = await bytesOf(db);
    const { code, stderr } = await cli(
      words.filter((word) => word !== undefined),
      { db },
    );
    expect([code, stderr.split("\n").length]).toEqual([2, 2]);
    expect(await bytesOf(db)).toBe(before);
  });

  it.each(["RBAC_DB", "RBAC_FORMAT", "RBAC_ACTOR", "RBAC_REASON", "RBAC_AUDIT_KEY_FILE", "RBAC_WAIT"])(
    "%s set to nothing is exit 2",
    async (name) => {
      const { code, stderr } = await cli("user list", { db: await askedBlog(), env: { [name]: "" } });
      expect(code).toBe(2);
      expect(stderr).toContain(name);
    },
  );
});

describe("flags of every command", () => {
  it("may stand before it", async () => {
    const db = await blogAgain();
    expect((await cli(`--db "${db}" --json can alice posts:read`)).code).toBe(0);
    expect(JSON.parse((await cli(`"--db=${db}" --format json user list`)).stdout).users).toHaveLength(6);
    expect((await cli(`-q --db "${db}" can alice posts:read`)).stdout).toBe("");
  });

  it("are read from the environment where they are left out", async () => {
    const db = await blogAgain();
    expect((await cli("user list", { env: { RBAC_DB: db, RBAC_FORMAT: "csv" } })).stdout).toMatch(/^user,email,/);
    await cli("assign alice reader", { db, env: { RBAC_ACTOR: "ci", RBAC_REASON: "nightly" } });
    const { stdout } = await cli("audit --last 1 --json", { db });
    expect(JSON.parse(stdout).entries[0]).toMatchObject({ actor: "ci", reason: "nightly" });
  });
});
