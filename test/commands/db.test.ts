/** The database itself: how it is, copies of it, and another in its place. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { cli, freshDb } from "../cli.ts";
import { answer, blog, bytesOf } from "./blog.ts";

const exported = async (db: string) => (await cli("export --format json", { db })).stdout;
const headOf = async (db: string) => (await cli("audit head", { db })).stdout;
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("db status", () => {
  it("counts, and warns of a database that is open to others", async () => {
    const db = await blog();
    const { json } = await answer("db status", db);
    expect(json).toMatchObject({
      revision: 1,
      counts: { users: 6, roles: 6, permissions: 4, entries: 28 },
      warnings: expect.any(Array),
    });
    const { chmodSync } = await import("node:fs");
    chmodSync(db, 0o644);
    expect((await cli("db status", { db })).stdout).toContain("is open to others (0644)");
  });
});

describe("db backup and restore", () => {
  it("copies a database that is in use, and puts it back with its record", async () => {
    const db = await blog();
    const [policy, head] = [await exported(db), await headOf(db)];
    const copy = `${freshDb()}.backup`;
    expect((await cli(`db backup ${copy}`, { db })).code).toBe(0);
    expect(modeOf(copy)).toBe("600");
    expect((await cli(`db backup ${copy}`, { db })).code).toBe(3);
    await cli("user delete alice --yes", { db });
    expect((await cli(`db restore ${copy}`, { db })).code).toBe(3);
    expect(await cli(`db restore ${copy} --yes`, { db })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("revision 1"),
    });
    expect([await exported(db), await headOf(db)]).toEqual([policy, head]);
    expect((await cli("audit verify", { db })).code).toBe(0);
    expect(modeOf(db)).toBe("600");
    const aside = readdirSync(dirname(db)).filter((file) => file.includes(".before-"));
    expect(aside.length).toBeGreaterThan(0);
  });

  it("restores an exported record entry for entry, and a snapshot as a new beginning", async () => {
    const db = await blog();
    await cli("assign nobody admin --reason 'for a day' --for 24h", { db });
    await cli(`audit export --out ${db}.ndjson`, { db });
    await cli(`export --out ${db}.yaml`, { db });
    const [again, anew] = [freshDb(), freshDb()];
    expect((await cli(`db restore ${db}.ndjson`, { db: again })).code).toBe(0);
    expect([await exported(again), await headOf(again)]).toEqual([await exported(db), await headOf(db)]);
    expect((await cli(`db restore ${db}.yaml`, { db: anew })).code).toBe(0);
    expect(await exported(anew)).toBe(await exported(db));
    for (const path of [again, anew]) expect((await cli("audit verify", { db: path })).code).toBe(0);
    expect((await answer("audit --last 1", anew)).json.entries).toMatchObject([{ revision: 1 }]);
  });

  it("moves a left-over log aside with the database it belongs to", async () => {
    const db = await blog();
    const copy = `${freshDb()}.backup`;
    await cli(`db backup ${copy}`, { db });
    const holder = new Sqlite(db); // Keeps the log from being folded in, as a crashed writer would.
    holder.prepare("select count(*) from users").get();
    await cli("user disable carol", { db });
    expect(existsSync(`${db}-wal`)).toBe(true);
    expect((await cli(`db restore ${copy} --yes`, { db })).code).toBe(0);
    holder.close();
    expect((await answer("user show carol", db)).json.disabled).toBe(false);
  });

  it("checks first: what does not verify is not restored, and nothing is moved", async () => {
    const db = await blog();
    await cli(`audit export --out ${db}.ndjson`, { db });
    const before = bytesOf(db);
    const text = readFileSync(`${db}.ndjson`, "utf8");
    const wrong = {
      edited: text.replace("posts:publish", "posts:publisx"),
      cut: text.slice(0, -40),
      mixed: `${text}{"seq":1}\n`,
      words: `{"seq": nothing`,
    };
    for (const [name, content] of Object.entries(wrong)) {
      writeFileSync(`${db}.${name}`, content);
      const { code, stderr } = await cli(`db restore ${db}.${name} --yes`, { db });
      expect([name, code, stderr.trim().split("\n").length]).toEqual([name, 2, 1]);
    }
    expect((await cli("db restore /nowhere --yes", { db })).code).toBe(2);
    expect(bytesOf(db)).toBe(before);
    expect(readdirSync(dirname(db)).filter((file) => file.includes(".tmp") || file.includes(".before-"))).toEqual([]);
  });
});

describe("db migrate", () => {
  it("has nothing to do at this format, and leaves a newer one untouched", async () => {
    const db = await blog();
    expect(await cli("db migrate", { db })).toMatchObject({ code: 0, stdout: "format 1, nothing to do\n" });
    const file = new Sqlite(db);
    file.exec("update meta set version = 99");
    file.pragma("wal_checkpoint(truncate)");
    file.close();
    const before = readFileSync(db);
    for (const line of ["db migrate", "can alice posts:read", "assign alice admin", "db status"]) {
      expect(await cli(line, { db })).toMatchObject({ code: 4, stderr: expect.stringContaining("use a newer rbac") });
    }
    expect(readFileSync(db).equals(before)).toBe(true);
  });
});

describe("a record kept with a key", () => {
  it("is not continued, and not believed, without it", async () => {
    const db = await blog();
    const keys = { right: `${db}.key`, wrong: `${db}.other` };
    writeFileSync(keys.right, "a key of more than sixteen bytes\n");
    writeFileSync(keys.wrong, "another key of sixteen bytes and more\n");
    writeFileSync(`${db}.short`, "short");
    expect((await cli(`user disable alice --audit-key-file ${keys.right}`, { db })).code).toBe(0);
    expect((await cli("user enable alice", { db })).code).toBe(2);
    expect((await cli(`user enable alice --audit-key-file ${keys.wrong}`, { db })).code).toBe(2);
    expect((await cli(`user enable alice --audit-key-file ${db}.short`, { db })).code).toBe(2);
    expect((await cli("user enable alice", { db, env: { RBAC_AUDIT_KEY_FILE: keys.right } })).code).toBe(0);
    expect((await cli("audit verify", { db })).code).toBe(0);
    expect((await cli(`audit verify --audit-key-file ${keys.wrong}`, { db })).code).toBe(1);
  });
});
