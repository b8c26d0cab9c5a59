/** The file itself: its schema, its bits, and who may read what rbac writes. */

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { creating } from "../../../src/policy/mutations.ts";
import { answer, blog } from "../../support/blog.ts";
import { cli } from "../../support/cli.ts";
import { beside, bytesOf } from "../../support/databases.ts";
import { ROOT } from "../../support/root.ts";
import { anyBits, firstBits, flip } from "../../support/store/flipped-bits.ts";
import {
  chanceOf,
  copyOf,
  freshPath,
  meddle,
  minute,
  SEED,
  stampAt,
  sweep,
  verified,
} from "../../support/store/random-databases.ts";
import { fixture } from "../../support/store/recorded-history.ts";

vi.setConfig({ testTimeout: 300_000 }); // They count what is found, never how fast.
afterAll(sweep);

process.stderr.write(`test/store/sqlite/file: RBAC_SEED=${SEED}\n`);

let bytes: Buffer;

beforeAll(async () => {
  bytes = (await fixture()).bytes;
});

const schemaFaults = async (change: (objects: readonly { type: string; name: string }[]) => readonly string[]) => {
  const path = copyOf(bytes);
  meddle(path, () => {});
  const raw = new Sqlite(path);
  const objects = raw.prepare("select type, name from sqlite_master where sql is not null").all();
  for (const statement of change(objects as { type: string; name: string }[])) raw.exec(statement);
  raw.close();
  return (await verified(path)).faults.map(({ code, message }) => `${code} ${message}`);
};

describe("the schema", () => {
  it("50 dropped triggers and indices: every one is found and named", async () => {
    const chance = chanceOf(SEED);
    for (let done = 0; done < 50; done++) {
      let dropped = "";
      const faults = await schemaFaults((objects) => {
        const { type, name } = chance.pick(objects.filter((one) => one.type !== "table"));
        dropped = `${type} ${name}`;
        return [`drop ${dropped}`];
      });
      expect(faults).toEqual([`schema ${dropped} is missing`]);
    }
  });

  it.each([
    [
      "a trigger that does nothing",
      "create trigger entries_no_update before update on entries when 0 begin select 1; end",
      "entries_no_update is not as rbac makes it",
    ],
    [
      "an index on something else",
      "create index entries_role on entries (hash)",
      "entries_role is not as rbac makes it",
    ],
    [
      "a trigger of somebody else",
      "create trigger helper after insert on entries begin delete from users; end",
      "helper is none of ours",
    ],
    [
      "a trigger named like SQLite's own",
      "create trigger sqliteX after insert on entries begin delete from users; end",
      "sqliteX is none of ours",
    ],
    ["a table", "create table more (a)", "more is none of ours"],
    ["a view", "create view more as select 1", "more is none of ours"],
  ])("%s is found", async (_, made, fault) => {
    const name = made.split(" ")[2];
    const faults = await schemaFaults((objects) => [
      ...objects.flatMap((one) => (one.name === name ? [`drop ${one.type} ${one.name}`] : [])),
      made,
    ]);
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });

  it.each(["type", "name", "sql"])(
    "bytes in place of the text of %s are found, though SQLite reads them alike",
    async (column) => {
      const path = copyOf(bytes);
      const raw = new Sqlite(path);
      raw.unsafeMode().pragma("writable_schema = on");
      raw.exec(`update sqlite_master set ${column} = cast(${column} as blob) where name = 'entries_user'`);
      raw.close();
      expect((await verified(path)).faults.map(({ message }) => message)).toContain(
        "index entries_user is not as rbac makes it",
      );
    },
  );

  it("statistics that SQLite keeps for itself are no fault", async () => {
    expect(await schemaFaults(() => ["analyze"])).toEqual([]);
  });
});

it("2,000 flipped bits: what changes record, policy or schema is found, or the file is refused", async () => {
  const told = await flip(bytes, anyBits(bytes, 2000, chanceOf(SEED)));
  process.stderr.write(`test/store/sqlite/file: flips ${JSON.stringify({ ...told, missed: told.missed.length })}\n`);
  expect(told.missed).toEqual([]);
  expect(told.found).toBeGreaterThan(100);
});

describe.each([0o000, 0o022, 0o077])("umask %o", (mask) => {
  it("the database, its log, a backup and what is exported are for their owner alone", async () => {
    const folder = freshPath("folder");
    mkdirSync(folder);
    const db = join(folder, "rbac.db");
    const before = process.umask(mask);
    try {
      await cli(["seed", join(ROOT, "seeds/blog.yaml")], { db });
      const database = await Database.open(db, "write");
      await database.change(stampAt(minute(1)), creating("user", "alice", {}));
      for (const line of ["db backup", "export --out", "audit export --out", "seed"])
        await cli([...line.split(" "), join(folder, `${line.slice(0, 4).trim()}.json`)], { db });
      expect(modes(folder)).toEqual({
        "audi.json": 0o600,
        "db b.json": 0o600,
        "expo.json": 0o600,
        "rbac.db": 0o600,
        "rbac.db-shm": 0o600,
        "rbac.db-wal": 0o600,
      });
      await database.close();
      await cli(["db", "restore", join(folder, "db b.json"), "--yes"], { db });
      expect(new Set(Object.values(modes(folder)))).toEqual(new Set([0o600]));
    } finally {
      process.umask(before);
    }
  });
});

const modes = (folder: string): Record<string, number> =>
  Object.fromEntries(readdirSync(folder).map((file) => [file, statSync(join(folder, file)).mode & 0o777]));

describe("a clock that is set back, and far ahead", () => {
  it("leaves the sequence as the order; verification tells of the steps and finds nothing wrong", async () => {
    const hours = [100, 99, 98, 100_000, 0, 101];
    const path = freshPath();
    await Database.create(path, minute(0), async (database) => {
      for (const [at, hour] of hours.entries())
        await database.change(stampAt(minute(hour * 60)), creating("user", `user${at}`, {}));
    });
    expect(await verified(path)).toMatchObject({ valid: true, entries: 6, revision: 6, clockSteps: 3, faults: [] });
    const database = await Database.open(path, "read");
    const entries = await database.record.entries({});
    expect(entries.map(({ seq, at }) => [seq, at])).toEqual(hours.map((hour, at) => [at + 1, minute(hour * 60)]));
    // Rule 11: a time takes the highest revision that was stamped at or before it.
    for (const [hour, revision] of [
      [0, 5],
      [98, 5],
      [100, 5],
      [101, 6],
      [100_000, 6],
    ] as const) {
      const { database: past } = await database.asOf({ at: minute(hour * 60) });
      expect((await past.policy({})).revision).toBe(revision);
    }
    await database.close();
  });
});

describe("a restored file", () => {
  it("lets readers and a writer work side by side, as one that was created", async () => {
    const [db, other] = [await blog(), freshPath()];
    await cli(`db backup "${beside(db, "backup")}"`, { db });
    expect((await cli(`db restore "${beside(db, "backup")}"`, { db: other })).code).toBe(0);
    expect((await answer("db status", other)).json.settings).toMatchObject({ journal_mode: "wal" });
  });

  it("takes the place of one whose left-over log moves aside with it", async () => {
    const db = await blog();
    const copy = beside(db, "backup");
    await cli(`db backup "${copy}"`, { db });
    const holder = new Sqlite(db); // Keeps the log from being folded in, as a crashed writer would.
    holder.prepare("select count(*) from users").get();
    await cli("user disable carol", { db });
    expect(existsSync(`${db}-wal`)).toBe(true);
    const before = await bytesOf(db);
    expect(await cli(`db restore "${copy}" --yes --json`, { db })).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('"retry":true'),
    });
    expect(await bytesOf(db)).toBe(before);
    holder.close();
    expect((await cli(`db restore "${copy}" --yes`, { db })).code).toBe(0);
    expect((await answer("user show carol", db)).json.disabled).toBe(false);
  });
});

it("db status warns of a file that is open to others", async () => {
  const db = await blog();
  chmodSync(db, 0o644);
  expect((await cli("db status", { db })).stdout).toContain("is open to others (0644)");
});

it("every flipped bit of the header of the file is found, refused, or changes nothing", async () => {
  const told = await flip(bytes, firstBits(100));
  expect(told.missed).toEqual([]);
  expect(told.refused).toBeGreaterThan(100);
});
