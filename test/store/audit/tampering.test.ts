/** Whatever is done to a record or its tables behind the back of rbac, verification finds it and says where. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { Store } from "../../../src/store/store.ts";
import {
  asItWas,
  cutTail,
  deleteEntry,
  editEntry,
  editState,
  type Falsification,
  KEY,
  left,
  rehash,
  swapEntries,
  unnoticed,
  withAnotherKey,
} from "../../support/store/falsifications.ts";
import {
  chanceOf,
  copyOf,
  documentFrom,
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

process.stderr.write(`test/store/audit/tampering: RBAC_SEED=${SEED}\n`);

let plain: Awaited<ReturnType<typeof fixture>>;
let keyed: Awaited<ReturnType<typeof fixture>>;

beforeAll(async () => {
  plain = await fixture();
  keyed = await fixture(KEY);
});

it("nobody has touched it: no alarm", async () => {
  expect(await verified(copyOf(plain.bytes), { expect: plain.head })).toMatchObject({ valid: true, head: plain.head });
  expect(await verified(copyOf(keyed.bytes), { expect: keyed.head, key: KEY })).toMatchObject({ valid: true });
});

it.each<[string, Falsification, number]>([
  ["500 edits of one character", editEntry, 500],
  ["100 deletions", deleteEntry, 100],
  ["100 swaps", swapEntries, 100],
  ["100 edits of the tables", editState, 100],
])("%s: every one is found and named", async (_, falsify, times) => {
  expect(await unnoticed(plain.bytes, falsify, times, chanceOf(SEED))).toEqual([]);
});

describe("a careful forger, who fits everything else to it", () => {
  it.each<[string, Falsification, number]>([
    ["100 cuts of the last entries", cutTail, 100],
    ["50 records made anew", rehash(asItWas), 50],
  ])("%s: every one is found by the head that was kept", async (_, falsify, times) => {
    expect(await unnoticed(plain.bytes, falsify, times, chanceOf(SEED), { expect: plain.head })).toEqual([]);
  });

  it.each([
    ["a cut", cutTail],
    ["a record made anew", rehash(asItWas)],
  ])("%s is found by nothing but the head", async (_, falsify) => {
    expect(await unnoticed(plain.bytes, falsify, 5, chanceOf(SEED))).toHaveLength(5);
  });

  it.each([
    ["the old codes", asItWas],
    ["no codes", left],
    ["the codes of another key", withAnotherKey],
  ])("a record made anew with %s is found by the key alone", async (_, mac) => {
    const falsify: Falsification = (raw, chance) => rehash(mac)(raw, chance) && "mac";
    expect(await unnoticed(keyed.bytes, falsify, 30, chanceOf(SEED), { key: KEY })).toEqual([]);
  });

  it("200 edits of one character of a record with a key, the codes included", async () => {
    expect(await unnoticed(keyed.bytes, editEntry, 200, chanceOf(SEED), { key: KEY })).toEqual([]);
  });
});

it("a code of as many characters but more bytes is a fault, not a crash", async () => {
  const path = copyOf(keyed.bytes);
  meddle(path, (raw) => raw.prepare("update entries set mac = ? where seq = 3").run("é".repeat(64)));
  const { faults } = await verified(path, { key: KEY });
  expect(faults).toEqual([expect.objectContaining({ code: "mac", seq: 3 })]);
});

it.each([
  ["wrong", "0".repeat(64), KEY],
  ["missing", null, KEY],
  ["missing, which is seen without the key too", null, undefined],
])("a code that is %s is told once", async (_, code, key) => {
  const path = copyOf(keyed.bytes);
  meddle(path, (raw) => raw.prepare("update entries set mac = ? where seq = 3").run(code));
  const { faults } = await verified(path, key && { key });
  expect(faults).toEqual([expect.objectContaining({ code: "mac", seq: 3 })]);
});

describe("codes that no key made", () => {
  const faultsOf = async (bytes: Uint8Array, statement: string, key?: Uint8Array) => {
    const path = copyOf(bytes);
    meddle(path, (raw) => raw.exec(statement));
    const { faults } = await verified(path, key && { key });
    return faults.map(({ code, seq }) => `${code} ${seq}`);
  };
  const hex = "'7f' || hex(zeroblob(31))";

  it.each([
    ["the last entry", "seq = (select max(seq) from entries)"],
    ["an entry in the middle", "seq = 3"],
    ["every entry but the first", "seq > 1"],
  ])("on %s of a record without a key, are told once", async (_, where) => {
    const codes = where === "seq > 1" ? [hex] : [hex, "'00'", "''", "'x'"];
    for (const code of codes)
      expect(await faultsOf(plain.bytes, `update entries set mac = ${code} where ${where}`)).toHaveLength(1);
  });

  it("on all entries are told where they are no codes at all, and else only counted: they may be of some key", async () => {
    const { entries } = await verified(copyOf(plain.bytes));
    expect(await faultsOf(plain.bytes, "update entries set mac = '00'")).toHaveLength(entries);
    expect(await faultsOf(plain.bytes, `update entries set mac = ${hex}`)).toEqual([]);
  });

  it.each([
    ["given", KEY],
    ["not given", undefined],
  ])("in a record with a key, which is %s, are told once", async (_, key) => {
    for (const code of ["'00'", "''", "upper(mac)", "substr(mac, 1, 63)", "mac || '0'", "mac || char(10)"])
      expect(await faultsOf(keyed.bytes, `update entries set mac = ${code} where seq = 3`, key)).toEqual(["mac 3"]);
    expect(await faultsOf(keyed.bytes, "update entries set mac = null where seq = 1", key)).toHaveLength(1);
  });
});

describe("what the database says of itself", () => {
  it.each([
    [
      "insert into meta select id + 1, version, revision, created_at, confusables from meta",
      "meta has 2 rows, and must have one",
    ],
    ["update meta set created_at = '2026-02-30T00:00:00.000Z'", "meta does not say when the database was made"],
    ["update meta set created_at = 'yesterday'", "meta does not say when the database was made"],
  ])("%s is found", async (edit, message) => {
    const path = copyOf(plain.bytes);
    meddle(path, (raw) => raw.exec(edit));
    expect((await verified(path)).faults).toEqual([{ code: "row", seq: null, table: "meta", message }]);
  });
});

it("an entry with the lowest number there can be is read too", async () => {
  const path = copyOf(plain.bytes);
  meddle(path, (raw) => raw.exec("update entries set seq = -9223372036854775808 where seq = 5"));
  expect((await verified(path)).faults.map(({ code }) => code)).toContain("sequence");
});

it("finds the same in turns, where there are more rows than are held at once", async () => {
  const users = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`user${at}`, { roles: ["reader"] }]));
  const document = { rbac: 1, permissions: ["posts:read"], roles: { reader: { grants: ["posts:read"] } }, users };
  const path = freshPath();
  await Database.create(path, minute(0), async (database) => {
    await database.change(stampAt(minute(1)), seeding(documentFrom(document), false));
  });
  const chance = chanceOf(SEED);
  meddle(path, (raw) => {
    for (let times = 0; times < 60; times++) chance.pick([editEntry, editState, deleteEntry])(raw, chance);
  });
  const store = await Store.open(path, "read");
  const faults = async (most?: number) => (await store.verify({ most })).faults.map((fault) => JSON.stringify(fault));
  try {
    const atOnce = await faults();
    expect(atOnce.length).toBeGreaterThan(30);
    expect((await faults(500)).sort()).toEqual(atOnce.sort());
  } finally {
    await store.close();
  }
});
