/** A file is opened to be read wherever it can be read whole, and never without the changes that lie in its log. */
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openFile } from "../../../src/store/sqlite/driver.ts";
import { answer, blog } from "../../support/blog.ts";
import { cli, freshDb } from "../../support/cli.ts";

const SHOW_CAROL = "user show carol";

/** A copy beside which SQLite can make no -shm file, as in a folder that may not be written. */
function withoutShm(db: string): string {
  const copy = freshDb();
  copyFileSync(db, copy);
  mkdirSync(`${copy}-shm`);
  return copy;
}

it("a file beside which SQLite can make no log answers, and is not written to", async () => {
  const db = freshDb();
  copyFileSync(await blog(), db);
  symlinkSync("nowhere/log", `${db}-wal`);
  expect((await answer(SHOW_CAROL, db)).json).toMatchObject({ user: "carol", disabled: false });
  expect(await cli("user disable carol", { db })).toMatchObject({ code: 4 });
  expect((await answer(SHOW_CAROL, db)).json.disabled).toBe(false);
});

describe("where SQLite can make no -shm file", () => {
  it("a file whose log holds changes answers with them", async () => {
    const db = await blog();
    const holder = new Sqlite(db); // Keeps the log from being folded in, as a crashed writer would.
    holder.prepare("select count(*) from users").get();
    await cli("user disable carol", { db });
    const copy = withoutShm(db);
    copyFileSync(`${db}-wal`, `${copy}-wal`);
    holder.close();
    expect((await answer(SHOW_CAROL, copy)).json.disabled).toBe(true);
  });

  it("a file whose log cannot be read is refused, since without it that would be an older policy", async () => {
    const db = withoutShm(await blog());
    mkdirSync(`${db}-wal`);
    const { code, json } = await answer(SHOW_CAROL, db);
    expect({ code, json }).toMatchObject({ code: 4, json: { error: { code: "DATABASE_UNREADABLE" } } });
  });
});

describe("refused, and left as it is", () => {
  it("a database of somebody else", () => {
    const path = freshDb();
    new Sqlite(path).exec("create table users (a)").close();
    for (const mode of ["read", "write"] as const)
      expect(() => openFile(path, mode)).toThrow(expect.objectContaining({ exitCode: 4, code: "DATABASE_INVALID" }));
  });

  it("a folder", () => {
    const path = freshDb();
    mkdirSync(path);
    for (const mode of ["read", "write"] as const)
      expect(() => openFile(path, mode)).toThrow(expect.objectContaining({ exitCode: 4, code: "DATABASE_INVALID" }));
  });

  it("a file that is no database", () => {
    const path = freshDb();
    writeFileSync(path, "no database at all, but a text that is long enough to be taken for a header of one");
    for (const mode of ["read", "write"] as const)
      expect(() => openFile(path, mode)).toThrow(expect.objectContaining({ exitCode: 4, code: "DATABASE_INVALID" }));
  });
});
