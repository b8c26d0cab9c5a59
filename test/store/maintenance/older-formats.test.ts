/**
 * Databases of older formats, as those formats wrote them: refused untouched, migrated after a backup, and then as good
 * as a new one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { STEPS } from "../../../src/store/engine/migrations.ts";
import { cli, freshDb, json } from "../../support/cli.ts";
import { ROOT } from "../../support/root.ts";

/** A database of a format, as that format wrote it. */
function databaseOf(format: number): string {
  const path = freshDb();
  const file = new Sqlite(path);
  file.exec(readFileSync(join(ROOT, `test/support/store/format-${format}.sql`), "utf8"));
  file.close();
  return path;
}

const backupsOf = (db: string) => readdirSync(dirname(db)).filter((name) => name.includes(".before-format-"));
const schemaOf = (db: string): unknown[] => {
  const file = new Sqlite(db, { readonly: true });
  const rows = file.prepare("select type, name, tbl_name, sql from sqlite_master order by type, name").all();
  file.close();
  return rows;
};

describe.each([1, 2, 3])("a database of format %i", (format) => {
  it.each([
    "can alice posts:read",
    "why alice posts:read",
    "assign alice editor",
    "seed --check",
    "constraint check",
    "constraint create it max_users editor --limit 1",
    "audit",
    "audit verify",
    "export",
    "undo 2",
    "db status",
  ])("is refused by %s, which names db migrate, and left as it is", async (line) => {
    const db = databaseOf(format);
    const before = readFileSync(db);
    const { code, stdout, stderr } = await cli(`${line} --json`, { db });
    expect(code).toBe(4);
    expect(JSON.parse(stdout).error).toMatchObject({ code: "DATABASE_OLDER", exitCode: 4 });
    expect(stderr).toContain("rbac db migrate");
    expect(readFileSync(db).equals(before)).toBe(true);
  });

  it("is migrated only in words by a dry run", async () => {
    const db = databaseOf(format);
    const before = readFileSync(db);
    expect(await json("db migrate --dry-run", { db })).toMatchObject({
      dryRun: true,
      from: format,
      to: STEPS.length,
      backup: null,
    });
    expect(readFileSync(db).equals(before)).toBe(true);
    expect(backupsOf(db)).toEqual([]);
  });

  it("is migrated after a backup, with the schema of a new one and the record that it had", async () => {
    const db = databaseOf(format);
    const entries = (path: string) => {
      const file = new Sqlite(path, { readonly: true });
      const rows = file.prepare("select * from entries order by seq").all();
      file.close();
      return rows;
    };
    const before = entries(db);
    const migrated = await json<{ backup: string }>("db migrate", { db });
    expect(migrated).toMatchObject({ changed: true, from: format, to: STEPS.length });
    expect(entries(db)).toEqual(before);
    expect(before.length).toBeGreaterThan(15);
    const fresh = freshDb();
    expect((await cli("init", { db: fresh })).code).toBe(0);
    expect(schemaOf(db)).toEqual(schemaOf(fresh));
    expect(backupsOf(db)).toHaveLength(1);
    expect(schemaOf(migrated.backup).length).toBeLessThan(schemaOf(fresh).length);
    expect((await cli("can alice posts:read", { db: migrated.backup })).code).toBe(4);
    expect(await json("audit verify", { db })).toMatchObject({ valid: true, entries: before.length });
    expect(await json("db migrate", { db })).toMatchObject({
      changed: false,
      from: STEPS.length,
      to: STEPS.length,
      backup: null,
    });
    expect(backupsOf(db)).toHaveLength(1);
  });

  it("answers as it did", async () => {
    const db = databaseOf(format);
    expect((await cli("db migrate", { db })).code).toBe(0);
    const code = async (line: string) => (await cli(line, { db })).code;
    expect(await code("can alice posts:read")).toBe(0);
    expect(await code("can root posts:publish")).toBe(0);
    expect(await code("can alice posts:publish --on acme")).toBe(1);
    expect(await code("can alice posts:read --at @1")).toBe(0);
    expect(await code("constraint check")).toBe(0);
    expect(await code("audit verify")).toBe(0);
  });

  it("compares new names with all that it had", async () => {
    const db = databaseOf(format);
    await cli("db migrate", { db });
    for (const name of ["ALICE", "аlice", "aliсe"]) {
      const { code, stderr } = await cli(`user create ${name}`, { db });
      expect({ name, code, stderr }).toMatchObject({
        name,
        code: 3,
        stderr: expect.stringContaining('looks like "alice"'),
      });
    }
    expect((await cli("audit verify", { db })).code).toBe(0);
  });

  it("is not put back from its backup, which has the older format", async () => {
    const db = databaseOf(format);
    const { backup } = await json<{ backup: string }>("db migrate", { db });
    expect((await cli(`db restore "${backup}" --yes`, { db })).code).toBe(4);
    expect((await cli("audit verify", { db })).code).toBe(0);
  });
});

it("a database of format 1 takes constraints once it is migrated", async () => {
  const db = databaseOf(1);
  const code = async (line: string) => (await cli(line, { db })).code;
  expect(await code("db migrate")).toBe(0);
  expect(await code("can bob posts:read")).toBe(1);
  expect(await code("constraint list --at @1")).toBe(0); // Of a moment before there were any.
  expect(await code("constraint create apart ssd editor auditor --limit 2")).toBe(0);
  expect(await code("assign root auditor")).toBe(3);
  expect(await code("constraint create last min_users editor --limit 1")).toBe(0);
  expect(await code("revoke root editor")).toBe(3);
  expect(await code("undo 3")).toBe(0);
  expect(await code("audit verify")).toBe(0);
});
