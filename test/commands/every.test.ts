/** What holds for every command alike: one answer in every format, one exit code, dry runs that touch nothing. */
import { parse as parseCsv } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { cli, freshDb } from "../cli.ts";
import { beside, bytesOf } from "../databases.ts";
import { fileWith } from "../support.ts";
import { BLOG, blog, steady } from "./blog.ts";

const SAME = fileWith(JSON.stringify(BLOG));
const TESTED = fileWith(JSON.stringify({ ...BLOG, tests: [{ user: "alice", can: ["posts:read"] }] }));
const FAILING = fileWith(JSON.stringify({ ...BLOG, tests: [{ user: "alice", cannot: ["posts:read"] }] }));
const BACKUP = beside(freshDb(), "backup");
const MORE = fileWith(JSON.stringify({ rbac: 1, permissions: ["posts:pin"] }));

/** Questions, with their exit codes. */
const ASKING: readonly (readonly [line: string, code: number])[] = [
  ["can alice posts:publish", 0],
  ["can alice posts:delete", 1],
  ["can alice posts:delete --expect no", 0],
  ["can alice posts:publish --expect no", 1],
  ["can alice posts:read posts:delete", 1],
  ["can alice posts:read posts:delete --any", 0],
  ["can alice posts:read posts:delete --all", 1],
  ["can dora posts:read", 1],
  ["can alice posts:delete --owner alice", 0],
  ["can bob posts:delete --on acme/blog", 0],
  ["can alice posts:publish --activate reader", 1],
  ["can alice posts:publish --activate admin", 1],
  ["can nobody posts:delete --assume moderator", 0],
  ["has alice reader", 0],
  ["has alice admin", 1],
  ["has bob moderator --on acme", 0],
  ["why alice posts:delete", 0],
  ["why alice posts:publish", 0],
  ["permissions alice", 0],
  ["permissions nobody --on acme", 0],
  ["permissions --role editor", 0],
  ["permissions --role editor --resource posts", 0],
  ["permissions --role idle", 0],
  ["who-can posts:delete", 0],
  ["who-can posts:delete:own", 0],
  ["matrix", 0],
  ["matrix --users", 0],
  ["audit", 0],
  ["audit --by mallory", 0],
  ["audit head", 0],
  ["audit verify", 0],
  [`audit verify --expect 1:${"0".repeat(64)}`, 1],
  ["history alice", 0],
  ["history alice posts:publish", 0],
  ["history --role idle", 0],
  ["expiring", 0],
  ["expiring --within 500000d", 0],
  ["can alice posts:publish --at @1", 0],
  ["can alice posts:delete --at +1d", 1],
  ["has alice reader --at @1", 0],
  ["why alice posts:publish --at @1", 0],
  ["permissions alice --at @1", 0],
  ["who-can posts:delete --at @1", 0],
  ["who-can posts:delete --since 1h", 0],
  ["who-can posts:publish --since 2998-01-01 --until 2998-02-01", 0],
  ["matrix --at @1", 0],
  ["db status", 0],
  ["db migrate", 0],
  ["user list", 0],
  ["user list --role idle", 0],
  ["user list --holding reader", 0],
  ["user show alice", 0],
  ["role list", 0],
  ["role list --held-by alice --activate reader", 0],
  ["role show editor", 0],
  ["role tree", 0],
  ["permission list", 0],
  ["permission show posts:delete", 0],
  [`diff ${SAME}`, 0],
  [`diff ${MORE}`, 1],
  ["diff @1", 0],
  ["diff @1 @now", 0],
  [`diff @1 ${MORE}`, 1],
  ["diff @2020-01-01 @1", 1],
  [`test ${TESTED}`, 0],
  [`test ${FAILING}`, 1],
  [`test ${TESTED} --live`, 0],
];

/** Changes that have something to change. */
const WRITING = [
  "assign alice moderator",
  "assign erin reader --for 8h",
  "assign --everyone reader",
  "revoke alice editor",
  "revoke --everyone owner",
  "revoke bob moderator --everywhere",
  "grant reader users:read --on acme",
  "grant reader 'posts:*' --deny",
  "ungrant editor posts:publish",
  "user create erin --email e@example.com",
  "user set alice --clear email",
  "user rename alice alicia",
  "user delete alice --yes",
  "user disable alice",
  "user enable dora",
  "role create writer --description 'Writes'",
  "role set editor --description 'Edits'",
  "role rename editor publisher",
  "role delete editor --yes",
  "role inherit moderator reader",
  "role disinherit editor reader",
  "permission create posts:pin",
  "permission set posts:read --clear description",
  "permission rename posts:read posts:see",
  "permission delete posts:publish --yes",
  `seed ${MORE}`,
  "undo 1 --yes",
  "undo 1..1 --yes",
  "undo --to 2020-01-01 --yes",
];

/** What is refused or cannot be answered. */
const FAILS: readonly (readonly [line: string, code: number])[] = [
  ["can alyce posts:read", 2],
  ["can alice posts:raed", 2],
  ["can alice", 2],
  ["who-can 'posts:*'", 2],
  ["assign alice edtor", 2],
  ["assign carol editor", 3],
  ["revoke alice reader", 2],
  ["role inherit reader editor", 3],
  ["role create Editor", 3],
  ["user delete alice", 3],
  ["seed", 2],
  ["seed --prune", 2],
  ["seed missing.yaml", 2],
  ["undo 7", 2],
  ["undo 1..7", 2],
  ["undo 7..9", 2],
  ["undo --to @7", 2],
  ["undo --to 2020-01-01", 3],
  ["can alice posts:read --at @7", 2],
  ["can alice posts:read --at 2020-01-01", 2],
  ["who-can posts:publish --since 2020-01-01 --until 2020-02-01", 2],
  ["diff @7", 2],
  ["history alyce", 2],
  ["history alice posts:raed", 2],
  ["expiring --within -7d", 2],
  ["audit verify --expect head", 2],
  ["audit verify missing.ndjson", 2],
  ["audit verify --audit-key-file missing.key", 2],
  [`db restore ${SAME}`, 3],
  ["db restore missing.db", 2],
  ["init", 3],
  ["export --format pdf", 2],
];

describe.each(ASKING)("%s", (line, code) => {
  it(`exits ${code} in every format, and quietly`, async () => {
    const db = await blog();
    for (const how of ["", "--json", "--format yaml", "--format csv", "--quiet", "--quiet --json"]) {
      expect([how, (await cli(`${line} ${how}`, { db })).code]).toEqual([how, code]);
    }
  });

  it("says the same in JSON and YAML, and CSV has as many cells in every row", async () => {
    const db = await blog();
    const json = JSON.parse((await cli(`${line} --format json`, { db })).stdout);
    const yaml = parseYaml((await cli(`${line} --format yaml`, { db })).stdout);
    expect(steady(yaml)).toEqual(steady(json));
    const csv = (await cli(`${line} --format csv`, { db })).stdout;
    expect(parseCsv(csv).length).toBeGreaterThan(0);
  });

  it("keeps stderr silent when quiet, and stdout too for a yes or no", async () => {
    const { stdout, stderr } = await cli(`${line} --quiet`, { db: await blog() });
    expect(stderr).toBe("");
    if (/^(can|has) /.test(line)) expect(stdout).toBe("");
  });

  it("writes nothing to the database", async () => {
    const db = await blog();
    const before = await bytesOf(db);
    await cli(line, { db });
    expect(await bytesOf(db)).toBe(before);
  });
});

describe.each(WRITING)("%s", (line) => {
  it("would change something with --dry-run, and leaves every byte as it was", async () => {
    const db = await blog();
    const before = await bytesOf(db);
    const dry = JSON.parse((await cli(`${line} --dry-run --json`, { db })).stdout);
    expect(dry).toMatchObject({ changed: true, dryRun: true, revision: 1 });
    expect(await bytesOf(db)).toBe(before);
    const done = JSON.parse((await cli(`${line} --json`, { db })).stdout);
    expect(steady(done)).toEqual(steady({ ...dry, dryRun: false, revision: 2 }));
    expect(await bytesOf(db)).not.toBe(before);
  });

  it("ends on stderr with its revision and how to undo it", async () => {
    const { code, stderr } = await cli(line, { db: await blog() });
    expect(code).toBe(0);
    expect(stderr).toMatch(/\d+ changes?, revision 2; to undo: rbac undo 2\n$/);
  });

  it("can be taken back by just that, to the byte of an export", async () => {
    const db = await blog();
    const before = (await cli("export", { db })).stdout;
    await cli(`${line} --quiet`, { db });
    expect((await cli("export", { db })).stdout).not.toBe(before);
    expect((await cli("undo 2", { db })).code).toBe(0);
    expect((await cli("export", { db })).stdout).toBe(before);
  });

  it("writes one entry for each change, with who and why", async () => {
    const db = await blog();
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
      const db = await blog();
      await cli(line, { db });
      const before = await bytesOf(db);
      const { code, stdout } = await cli(`${line} --json`, { db });
      expect([code, JSON.parse(stdout)]).toEqual([0, { changed: false, dryRun: false, revision: 2, changes: [] }]);
      expect(await bytesOf(db)).toBe(before);
    },
  );

  it.each(["user", "role", "permission"])("%s delete forgives an unknown name with --if-exists alone", async (kind) => {
    const db = await blog();
    const name = kind === "permission" ? "posts:gone" : "gone";
    expect((await cli(`${kind} delete ${name}`, { db })).code).toBe(2);
    const { code, stdout } = await cli(`${kind} delete ${name} --if-exists --json`, { db });
    expect([code, JSON.parse(stdout).changed]).toEqual([0, false]);
  });
});

describe.each(FAILS)("%s", (line, code) => {
  it(`exits ${code} with one line on stderr, in text, JSON and quietly`, async () => {
    const db = await blog();
    const before = await bytesOf(db);
    for (const how of ["", "--json", "--quiet"]) {
      const got = await cli(`${line} ${how}`, { db });
      expect([how, got.code]).toEqual([how, code]);
      expect(got.stderr).toMatch(/^rbac: [^\n]+\n$/);
      if (how !== "--json") expect(got.stdout).toBe("");
    }
    expect(await bytesOf(db)).toBe(before);
  });

  it("is one JSON document with the code and the exit code", async () => {
    const { stdout, stderr } = await cli(`${line} --json`, { db: await blog() });
    const { error, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({});
    expect(error).toEqual({
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.any(String),
      suggestions: expect.any(Array),
      exitCode: code,
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
    `db backup ${BACKUP}`,
    "user list",
    `diff ${SAME}`,
    "export",
    `seed ${SAME} --existing`,
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
    const db = await blog();
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
      const { code, stderr } = await cli("user list", { db: await blog(), env: { [name]: "" } });
      expect(code).toBe(2);
      expect(stderr).toContain(name);
    },
  );
});

describe("flags of every command", () => {
  it("may stand before it", async () => {
    const db = await blog();
    expect((await cli(`--db ${db} --json can alice posts:read`)).code).toBe(0);
    expect(JSON.parse((await cli(`--db=${db} --format json user list`)).stdout).users).toHaveLength(6);
    expect((await cli(`-q --db ${db} can alice posts:read`)).stdout).toBe("");
  });

  it("are read from the environment where they are left out", async () => {
    const db = await blog();
    expect((await cli("user list", { env: { RBAC_DB: db, RBAC_FORMAT: "csv" } })).stdout).toMatch(/^user,email,/);
    await cli("assign alice reader", { db, env: { RBAC_ACTOR: "ci", RBAC_REASON: "nightly" } });
    const { stdout } = await cli("audit --last 1 --json", { db });
    expect(JSON.parse(stdout).entries[0]).toMatchObject({ actor: "ci", reason: "nightly" });
  });
});
