/** Whatever is done to a record or its tables behind the back of rbac, verification finds it and says where. */
import { beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../src/database.ts";
import { assigning, removing, renaming, seeding, setting } from "../../src/policy/wishes.ts";
import type { PlainDocument } from "../oracle.ts";
import { read } from "../support.ts";
import {
  asItWas,
  cutTail,
  deleteEntry,
  editEntry,
  editState,
  type Hand,
  KEY,
  left,
  rehash,
  swapEntries,
  unnoticed,
  withAnotherKey,
} from "./tampering.ts";
import { chanceOf, copyOf, freshPath, meddle, minute, SEED, settled, stampAt, verified } from "./tools.ts";

process.stderr.write(`test/record/tampering: RBAC_SEED=${SEED}\n`);

const POLICY: PlainDocument = {
  rbac: 1,
  permissions: { "posts:read": "Read posts", "posts:publish": "Publish", "posts:delete": "Delete" },
  roles: {
    reader: { grants: ["posts:read"] },
    editor: { description: "Edits", inherits: ["reader"], grants: ["posts:publish"], denies: ["posts:delete"] },
    admin: { grants: ["*:*"] },
  },
  users: { root: { roles: ["admin"] }, alice: { email: "a@example.com", roles: ["editor"] } },
  everyone: ["reader"],
};

const untilLater = { scope: null, from: null, until: "2030-01-01T00:00:00.000Z", replace: false, existing: false };

/** A small database with a history of every kind of change, and the head of its record. */
async function fixture(auditKey?: Uint8Array): Promise<{ bytes: Buffer; head: string }> {
  const path = freshPath();
  const terms = auditKey ? { auditKey } : {};
  const head = await Database.create(path, minute(0), async (database) => {
    await database.change(stampAt(minute(1)), seeding(read(POLICY), false), terms);
    const users = ["bob", "carol", "dave", "erin", "10"];
    for (const [at, who] of users.entries())
      await database.change(
        stampAt(minute(2 + at)),
        assigning({ who, roles: ["editor", "admin"], ...untilLater }),
        terms,
      );
    await database.change(stampAt(minute(10)), setting("user", "bob", { disabled: true }), terms);
    await database.change(stampAt(minute(11)), renaming("user", "carol", "caroline"), terms);
    await database.change(stampAt(minute(12)), removing("user", "dave", false), terms);
    await database.change({ ...stampAt(minute(13)), reason: "not needed" }, removing("role", "admin", false), terms);
    await database.change(stampAt(minute(14)), assigning({ who: "zoë", roles: ["reader"], ...untilLater }), terms);
    return database.record.head();
  });
  return { bytes: settled(path), head };
}

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

it.each<[string, Hand, number]>([
  ["2,000 edits of one character", editEntry, 2000],
  ["300 deletions", deleteEntry, 300],
  ["300 swaps", swapEntries, 300],
  ["300 edits of the tables", editState, 300],
])("%s: every one is found and named", async (_, hand, times) => {
  expect(await unnoticed(plain.bytes, hand, times, chanceOf(SEED))).toEqual([]);
});

describe("a careful forger, who fits everything else to it", () => {
  it.each<[string, Hand, number]>([
    ["300 cuts of the last entries", cutTail, 300],
    ["100 records made anew", rehash(asItWas), 100],
  ])("%s: every one is found by the head that was kept", async (_, hand, times) => {
    expect(await unnoticed(plain.bytes, hand, times, chanceOf(SEED), { expect: plain.head })).toEqual([]);
  });

  it.each([
    ["a cut", cutTail],
    ["a record made anew", rehash(asItWas)],
  ])("%s is found by nothing but the head", async (_, hand) => {
    expect(await unnoticed(plain.bytes, hand, 5, chanceOf(SEED))).toHaveLength(5);
  });

  it.each([
    ["the old codes", asItWas],
    ["no codes", left],
    ["the codes of another key", withAnotherKey],
  ])("a record made anew with %s is found by the key alone", async (_, mac) => {
    const hand: Hand = (raw, chance) => rehash(mac)(raw, chance) && "mac";
    expect(await unnoticed(keyed.bytes, hand, 30, chanceOf(SEED), { key: KEY })).toEqual([]);
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

it("an entry with the lowest number there can be is read too", async () => {
  const path = copyOf(plain.bytes);
  meddle(path, (raw) => raw.exec("update entries set seq = -9223372036854775808 where seq = 5"));
  expect((await verified(path)).faults.map(({ code }) => code)).toContain("sequence");
});
