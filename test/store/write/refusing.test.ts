/** What cannot be recorded is not done: every writing command, where the entry is refused, lost, or has no room. */
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { blog } from "../../support/blog.ts";
import { cli, freshDb } from "../../support/cli.ts";
import { ROOT } from "../../support/root.ts";
import { contentOf, settled, sweep } from "../../support/store/random-databases.ts";
import {
  databaseFor,
  fillDisk,
  makeReadOnly,
  NO_ENTRY,
  refuseEntries,
  swallowEntries,
  WRITING,
} from "../../support/store/refusing-databases.ts";

vi.setConfig({ testTimeout: 300_000 }); // They count what is found, never how fast.
afterAll(sweep);

/** Longer than the room that a small entry did not fit in. */
const REASON = "because ".repeat(30);

const manifest = (): { commands: Record<string, { flags: Record<string, unknown> }> } =>
  JSON.parse(readFileSync(join(ROOT, "oclif.manifest.json"), "utf8"));

it("there is a line for every command that writes", () => {
  const { commands } = manifest();
  const writing = Object.keys(commands).filter((id) => "dry-run" in (commands[id]?.flags ?? {}));
  const tried = writing.filter((id) => WRITING.some((line) => `${line} `.startsWith(`${id.replace(":", " ")} `)));
  expect([...tried, ...NO_ENTRY].sort()).toEqual(writing.sort());
});

it.each(WRITING)("%s: changes something where nothing is in the way", async (line) => {
  const db = await databaseFor(line);
  const before = await contentOf(db);
  expect((await cli(line, { db })).code).toBe(0);
  expect((await contentOf(db)) === before).toBe(false);
});

describe.each([
  ["the entries refuse to grow", refuseEntries, "RECORD_REFUSED"],
  ["entries are lost without a word", swallowEntries, "RECORD_REFUSED"],
  ["the file is read-only", makeReadOnly, "DATABASE_READONLY"],
])("%s", (_, spoil, code) => {
  it.each(WRITING)("%s: exits 4, and nothing is changed", async (line) => {
    const db = await databaseFor(line);
    settled(db);
    spoil(db);
    const before = await contentOf(db);
    const said = await cli(`${line} --json`, { db });
    expect(JSON.parse(said.stdout)).toMatchObject({ error: { code, exitCode: 4 } });
    expect(said.code).toBe(4);
    expect((await contentOf(db)) === before).toBe(true);
  });
});

describe("the disk is full", () => {
  let disk: { restore(): void } | undefined;
  afterEach(() => disk?.restore());

  /** A database without room for an entry: small ones were added until one was refused. */
  async function full(line: string): Promise<string> {
    const db = await databaseFor(line);
    disk = fillDisk();
    for (let at = 0; at < 100; at++) {
      const { code } = await cli(["user", "create", `filler${at}`], { db });
      if (code !== 0) return db;
    }
    throw new Error("the disk is not full");
  }

  it.each(WRITING)("%s: exits 4, and nothing is changed", async (line) => {
    const db = await full(line);
    const before = await contentOf(db);
    const said = await cli(`${line} --json --reason '${REASON}'`, { db });
    expect(JSON.parse(said.stdout)).toMatchObject({ error: { code: "DATABASE_FULL", exitCode: 4 } });
    expect([said.code, (await contentOf(db)) === before]).toEqual([4, true]);
  });

  it.each(["init", `seed "${join(ROOT, "seeds/blog.yaml")}"`])("%s: exits 4, and leaves no file", async (line) => {
    disk = fillDisk();
    const db = freshDb();
    const said = await cli(`${line} --json`, { db });
    expect([said.code, existsSync(db), readdirSync(dirname(db))]).toEqual([4, false, []]);
  });

  it("db restore: exits 4, and the old database stands", async () => {
    const db = await blog();
    settled(db);
    const backup = `${freshDb()}.backup`;
    copyFileSync(db, backup);
    const before = await contentOf(db);
    const record = `${freshDb()}.ndjson`;
    expect((await cli(["audit", "export", "--out", record], { db })).code).toBe(0);
    disk = fillDisk();
    expect((await cli(["db", "restore", record, "--yes"], { db })).code).toBe(4);
    expect((await contentOf(db)) === before).toBe(true);
    expect(readdirSync(dirname(db)).filter((file) => !file.startsWith("rbac.db"))).toEqual([]);
  });
});
