/**
 * A file too long to hold is seeded part by part: what comes of it is what comes of the same rows when they are held.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../src/database/database.ts";
import { countText } from "../../src/output/count-text.ts";
import { cli, freshDb } from "../support/cli.ts";
import { beside } from "../support/databases.ts";

/** As many rows as make three parts. */
const USERS = 12_000;
/** So many that their rows make two parts: enough where it is about what is refused, or judged as a whole. */
const FEWER = 6_000;
const ROOMY = "n".repeat(950);
/** Of two bytes each, so that fewer are too long to hold, too. */
const ROOMIER = "ñ".repeat(950);
const STRUCTURE = [
  { kind: "permission", permission: "posts:read", description: null },
  { kind: "role", role: "reader", description: null },
  { kind: "role", role: "editor", description: null },
  { kind: "inheritance", role: "editor", inherits: "reader" },
  { kind: "grant", role: "reader", effect: "allow", permission: "posts:read", scope: null },
];

const user = (at: number, text = ROOMY) => ({
  ...{ kind: "user", user: `u${at}`, email: text, name: text, disabled: at % 1000 === 0 },
});
const assignment = (at: number) => ({
  ...{ kind: "assignment", user: `u${at}`, role: at % 2 === 0 ? "reader" : "editor" },
  ...{ scope: at % 3 === 0 ? "acme" : null, from: null, until: null, reason: at % 5000 === 0 ? "on call" : null },
});

/** Assignments stand before the users here, as nobody's export has them: the order of rows says nothing. */
const rowsOf = (length: number, text: string): readonly object[] => [
  ...Array.from({ length }, (_, at) => assignment(at)),
  ...STRUCTURE,
  ...Array.from({ length }, (_, at) => user(at, text)),
];
const ROWS = rowsOf(USERS, ROOMY);
const FEWER_ROWS = rowsOf(FEWER, ROOMIER);

const SECTIONS = ["permissions", "roles", "users", "everyone", "constraints", "guarded"];
const text = (rows: readonly object[], end = rows.length): string =>
  [{ rbac: 1, sections: SECTIONS }, ...rows, { end }].map((row) => `${JSON.stringify(row)}\n`).join("");

const LIMIT = 1 << 24;

function file(rows: readonly object[], end?: number): { db: string; path: string } {
  const db = freshDb();
  const path = beside(db, "long.ndjson");
  writeFileSync(path, text(rows, end));
  expect(readFileSync(path).length).toBeGreaterThan(LIMIT); // Else it would be held.
  return { db, path };
}

const exported = async (db: string) => (await cli("export --format ndjson", { db })).stdout;
const entries = async (db: string) =>
  (await cli("audit export", { db })).stdout
    .trim()
    .split("\n")
    .map(
      (line) =>
        JSON.parse(line) as { revision: number; reason: string | null; change: { kind: string; user?: string } },
    );

describe("a long file", () => {
  let db: string;
  let path: string;
  beforeAll(async () => {
    ({ db, path } = file(ROWS));
    const said = await cli(["seed", path], { db });
    expect(said.stderr).toBe(`${countText(ROWS.length)} changes; revision 1; to undo: rbac undo 1\n`);
    expect(said.stdout).toContain(
      `… and ${countText(ROWS.length - STRUCTURE.length)} more (rbac audit --since @1 lists all)`,
    );
  }, 120_000);

  it("makes the policy and the record that its rows make when they are held", async () => {
    const held = freshDb();
    const short = { ...{ email: "e", name: "n" } };
    const rows = ROWS.map((row) => ("email" in row ? { ...row, ...short } : row));
    const small = beside(held, "short.ndjson");
    writeFileSync(small, text(rows));
    expect((await cli(["seed", small], { db: held })).code).toBe(0);
    expect((await exported(db)).replaceAll(`"${ROOMY}"`, '"n"')).toBe((await exported(held)).replaceAll('"e"', '"n"'));
    const [long, brief] = [await entries(db), await entries(held)];
    const told = (list: typeof long) =>
      list.map(({ change, reason }) => `${change.kind} ${change.user} ${reason}`).sort();
    expect(told(long)).toEqual(told(brief));
    expect(new Set(long.map(({ revision }) => revision))).toEqual(new Set([1]));
    expect(long.filter(({ reason }) => reason === "on call")).toHaveLength(3);
    expect((await cli("audit verify", { db })).code).toBe(0);
  });

  it("is exported as it would be from memory, a row at a time", async () => {
    const past = await cli("export --format ndjson --at @1", { db });
    expect((await exported(db)) === past.stdout).toBe(true);
  }, 60_000);

  it("is asked who can, part by part, for what is told of the past at once", async () => {
    for (const format of ["csv", "json", "yaml"]) {
      const flags = ["--format", format];
      const parts = await cli(["who-can", "posts:read", ...flags], { db });
      const whole = await cli(["who-can", "posts:read", "--at", "@1", ...flags], { db });
      expect(parts.code).toBe(0);
      expect(parts.stdout === whole.stdout).toBe(true);
    }
    const told = JSON.parse((await cli("who-can posts:read --json", { db })).stdout);
    expect([told.revision, told.users.length]).toEqual([1, USERS - USERS / 1000]);
  }, 120_000);

  it("is shown to people in plain columns, however wide its later parts are", async () => {
    const words = (text: string) => text.split("\n").map((line) => line.split(/ {2,}/));
    const parts = await cli("who-can posts:read", { db });
    const whole = await cli("who-can posts:read --at @1", { db });
    expect(words(parts.stdout)).toEqual(words(whole.stdout));
  }, 60_000);

  it("is listed by audit page by page, as --last lists it at once", async () => {
    for (const format of ["csv", "json", "yaml"]) {
      const pages = await cli(`audit --format ${format}`, { db });
      const whole = await cli(`audit --format ${format} --last ${ROWS.length + 1}`, { db });
      expect([pages.code, pages.stdout === whole.stdout]).toEqual([0, true]);
    }
    const database = await Database.open(db, "read");
    for await (const { entries: first } of database.record.search({})) {
      expect(first.map(({ seq }) => seq)).toEqual(Array.from({ length: 2000 }, (_, at) => at + 1));
      break; // Whoever has read enough waits for no more.
    }
    await database.close();
  }, 120_000);

  it("changes nothing the second time, also as a dry run and a check", async () => {
    for (const flags of [[], ["--dry-run"], ["--check"], ["--prune", "--yes"]]) {
      const { code, stderr } = await cli(["seed", path, ...flags], { db });
      expect([code, stderr]).toEqual([0, "unchanged, revision 1: the database has all that the documents state\n"]);
    }
  }, 120_000);

  it("is counted in JSON, which lists what was held", async () => {
    const other = freshDb();
    const { stdout } = await cli(["seed", path, "--json"], { db: other });
    const told = JSON.parse(stdout) as { count: number; changes: { kind: string }[] };
    expect(told.count).toBe(ROWS.length);
    expect(told.changes.map(({ kind }) => kind.split(".")[0])).toEqual(STRUCTURE.map(({ kind }) => kind));
  }, 60_000);
});

describe("a long file with a guard or a constraint is judged as a whole", () => {
  const RULES = [
    { kind: "role", role: "boss", description: null },
    { kind: "grant", role: "boss", effect: "allow", permission: "*:*", scope: null },
    { kind: "policy", setting: "guarded" },
    { ...assignment(1), role: "boss", scope: null, reason: null },
  ];

  it("in a new database, whose only administrator is one of its people", async () => {
    const { db, path } = file([...FEWER_ROWS, ...RULES]);
    const { code, stderr } = await cli(["seed", path], { db });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^added .* 1 setting; revision 1; to undo: rbac undo 1\n$/),
    ]);
  }, 60_000);

  it("in a database that has a constraint, which the people of the file heal", async () => {
    const { db } = file(FEWER_ROWS);
    const before = beside(db, "before.json");
    const trained = { kind: "prerequisite", roles: ["probe"], needs: ["reader"] };
    const roles = { probe: {}, other: {}, reader: {} };
    writeFileSync(
      before,
      JSON.stringify({ rbac: 1, roles, users: { u2: { roles: ["other"] } }, constraints: { trained } }),
    );
    expect((await cli(["seed", before], { db })).code).toBe(0);
    const long = beside(db, "heals.ndjson");
    writeFileSync(long, text([...FEWER_ROWS, { kind: "inheritance", role: "other", inherits: "probe" }]));
    expect((await cli(["seed", long], { db })).code).toBe(0);
    expect((await cli("constraint check", { db })).code).toBe(0);
  }, 120_000);
});

describe("a long file is refused, and nothing is written", () => {
  const refused = async (rows: readonly object[], end?: number) => {
    const { db, path } = file(rows, end);
    await cli("init", { db });
    const said = await cli(["seed", path, "--json"], { db });
    expect((await cli("audit", { db })).stdout.trim().split("\n").length).toBeLessThan(2);
    return { code: said.code, error: JSON.parse(said.stdout).error };
  };

  it("where a row is wrong, each at its line", async () => {
    const rows = [...FEWER_ROWS, { kind: "user", usr: "x" }, { kind: "assignment", user: "u1" }];
    const { code, error } = await refused(rows);
    expect(code).toBe(2);
    expect(error.problems.map(({ line, code: what }: { line: number; code: string }) => [line, what])).toEqual([
      [FEWER_ROWS.length + 2, "KEY_UNKNOWN"],
      [FEWER_ROWS.length + 3, "KEY_MISSING"],
    ]);
  }, 60_000);

  it("where a name is unknown, in whatever part", async () => {
    const { code, error } = await refused([...FEWER_ROWS, { ...assignment(1), role: "editro" }]);
    expect([code, error.message]).toEqual([2, expect.stringContaining('there is no role "editro"')]);
  }, 60_000);

  it("where a thing is said in two ways, near and far", async () => {
    for (const again of [
      { ...user(1), name: "other" },
      { ...assignment(4), until: "2999-01-01T00:00:00Z" },
    ]) {
      const { code, error } = await refused([...FEWER_ROWS, again]);
      expect([code, error.code === "SAID_TWICE" || error.problems?.[0]?.code === "SAID_TWICE"]).toEqual([2, true]);
    }
  }, 120_000);

  it("where it was cut", async () => {
    expect(await refused(FEWER_ROWS, FEWER_ROWS.length + 1)).toMatchObject({ code: 2, error: { code: "INPUT_CUT" } });
  }, 60_000);

  it("where a constraint judges, which sees all of it", async () => {
    const both = [
      { ...assignment(2), role: "idle", scope: null },
      { kind: "role", role: "idle", description: null },
    ];
    const constraint = {
      kind: "constraint",
      constraint: "apart",
      type: "ssd",
      roles: ["idle", "reader"],
      limit: 2,
      needs: null,
    };
    const { code, error } = await refused([...FEWER_ROWS, ...both, constraint]);
    expect([code, error.code, error.violations[0].users]).toEqual([3, "CONSTRAINT_VIOLATED", ["u2"]]);
  }, 60_000);

  it("where a name looks like one that stood before, but not like one that comes with it", async () => {
    const { db, path } = file([...FEWER_ROWS, { ...user(1), user: "U1" }]);
    expect((await cli(["seed", path], { db })).code).toBe(0);
    const other = file(FEWER_ROWS);
    await cli("init", { db: other.db });
    await cli("user create U3", { db: other.db });
    const said = await cli(["seed", other.path], { db: other.db });
    expect([said.code, said.stderr]).toEqual([3, expect.stringContaining('user "u3" looks like "U3"')]);
  }, 120_000);
});
