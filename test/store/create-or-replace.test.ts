/** A database appears or is replaced as a whole: where that fails, everything lies where it lay. */
import { copyFileSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { replaceDatabase } from "../../src/store/create-or-replace.ts";
import { blog } from "../support/blog.ts";
import { cli, freshDb } from "../support/cli.ts";
import { bytesOf, meddle } from "../support/databases.ts";
import { AT } from "../support/documents.ts";

const STAMP = { actor: "ann", osUser: "ann", at: AT, reason: null };
const OPTIONS = { key: undefined, dryRun: false, stamp: STAMP, breakGlass: false };

/** Another name for a database, in a folder of its own. */
async function backedUp(): Promise<string> {
  const backup = freshDb();
  expect((await cli(`db backup "${backup}"`, { db: await blog() })).code).toBe(0);
  return backup;
}

describe("a database that is replaced", () => {
  it("has its log back where the new one could not take its place", async () => {
    const [path, backup] = [freshDb(), await backedUp()];
    symlinkSync("elsewhere.db", path); // It leads nowhere: what it named is gone, or not mounted.
    writeFileSync(`${path}-wal`, "the log");
    const replacing = replaceDatabase(path, AT, { backup }, OPTIONS);
    await expect(replacing).rejects.toMatchObject({ exitCode: 3, code: "DATABASE_EXISTS" });
    expect(readdirSync(dirname(path)).sort()).toEqual(["rbac.db", "rbac.db-wal"]);
    expect(readlinkSync(path)).toBe("elsewhere.db");
    expect(readFileSync(`${path}-wal`, "utf8")).toBe("the log");
  });

  it.each(["a link", "a link to a link", "a link in the folder of another"])(
    "is replaced where %s leads to, and the link stays",
    async (how) => {
      const [db, backup, other] = [await blog(), await backedUp(), freshDb()];
      const link = how === "a link in the folder of another" ? other : join(dirname(db), "link.db");
      symlinkSync(db, link);
      if (how === "a link to a link") symlinkSync(link, other);
      const named = how === "a link to a link" ? other : link;
      expect((await cli("user create zoe", { db: named })).code).toBe(0);
      const { code, stderr } = await cli(`db restore "${backup}" --yes`, { db: named });
      expect([code, stderr]).toEqual([0, expect.stringContaining(`the old database lies at ${db}.before-`)]);
      expect(readlinkSync(link)).toBe(db);
      for (const path of [db, named]) {
        expect(await cli("user show zoe", { db: path })).toMatchObject({ code: 2 });
        expect(await cli("audit verify", { db: path })).toMatchObject({ code: 0 });
      }
      const [aside] = readdirSync(dirname(db)).filter((name) => /before-[0-9TZ-]+$/.test(name));
      expect(await cli("user show zoe", { db: join(dirname(db), aside ?? "") })).toMatchObject({ code: 0 });
      expect(readdirSync(dirname(other)).filter((name) => name !== "rbac.db")).toEqual([]);
    },
  );

  it("stands where somebody changed it while the new one was made", async () => {
    const db = await blog();
    const snapshot = { work: async () => expect((await cli("user create zoe", { db })).code).toBe(0) };
    await expect(replaceDatabase(db, AT, snapshot, OPTIONS)).rejects.toMatchObject({
      exitCode: 3,
      code: "REVISION_MOVED",
    });
    expect(await cli("user show zoe", { db })).toMatchObject({ code: 0 });
    expect(readdirSync(dirname(db)).filter((name) => name.includes("before"))).toEqual([]);
  });

  it("stands where it is of a newer format, whose rules this version cannot read", async () => {
    const [db, backup] = [await blog(), await backedUp()];
    await meddle(db, "update meta set version = 99");
    const before = await bytesOf(db);
    const lines = [`db restore "${backup}" --yes`, `db restore "${backup}" --dry-run`];
    for (const line of lines)
      expect(await cli(line, { db })).toMatchObject({ code: 4, stderr: expect.stringContaining("use a newer rbac") });
    expect(await bytesOf(db)).toBe(before);
  });

  it.each([
    ["older", "update meta set version = 1"],
    ["damaged", "delete from meta"],
    ["no database at all", ""],
  ])("gives way where it is %s and forbids nothing", async (_, statement) => {
    const [db, backup] = [await blog(), await backedUp()];
    if (statement === "") writeFileSync(db, "no database");
    else await meddle(db, statement);
    expect(await cli(`db restore "${backup}" --yes`, { db })).toMatchObject({ code: 0 });
    expect(await cli("audit verify", { db })).toMatchObject({ code: 0 });
    expect(readdirSync(dirname(db)).filter((name) => name.startsWith("rbac.db.before-"))).toHaveLength(1);
  });
});

describe("what would be put there does not verify", () => {
  const forged = async (): Promise<string> => {
    const backup = await backedUp();
    await meddle(backup, "update users set disabled = 0");
    return backup;
  };

  it.each(["", " --dry-run"])("nothing is moved: db restore%s", async (flags) => {
    const [db, backup] = [await blog(), await forged()];
    const before = await bytesOf(db);
    expect(await cli(`db restore "${backup}" --yes${flags}`, { db })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("does not verify: user dora is not as the entries left it (1 faults)"),
    });
    expect(await bytesOf(db)).toBe(before);
  });

  it("no copy appears", async () => {
    const [copy, backup] = [freshDb(), await forged()];
    expect(await cli(["db", "copy", backup, copy])).toMatchObject({ code: 2 });
    expect(readdirSync(dirname(copy))).toEqual([]);
  });
});

it("a copy does not take the place of a file that is there", async () => {
  const [copy, backup] = [freshDb(), await backedUp()];
  copyFileSync(backup, copy);
  expect(await cli(["db", "copy", backup, copy])).toMatchObject({ code: 3 });
  expect(readFileSync(copy).equals(readFileSync(backup))).toBe(true);
});

it.each(["yaml", "ndjson"])("a dry run builds from %s in memory, and makes no file", async (kind) => {
  const [db, to] = [await blog(), freshDb()];
  const origin = join(dirname(db), `origin.${kind}`);
  await cli(kind === "yaml" ? ["export", "--out", origin] : ["audit", "export", "--out", origin], { db });
  expect(await cli(`db restore "${origin}" --dry-run`, { db: to })).toMatchObject({ code: 0 });
  expect(readdirSync(dirname(to))).toEqual([]);
});
