/** Each question of a batch is answered at the revision that it names, or that was current at its time. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { assigning, creating, revoking } from "../../../src/policy/mutations.ts";
import { freshPath, minute, stampAt, sweep } from "../../support/store/random-databases.ts";

const ALICE = { who: "alice", roles: ["reader"], scope: null };

let database: Database;
beforeAll(async () => {
  const path = freshPath();
  const windowless = { from: null, until: null, replace: false, existing: false };
  await Database.create(path, minute(0), async (made) => {
    await made.change(stampAt(minute(10)), creating("permission", "posts:read", {}));
    await made.change(stampAt(minute(20)), creating("role", "reader", {}));
    await made.change(stampAt(minute(30)), assigning({ ...ALICE, ...windowless }));
    await made.change(stampAt(minute(40)), revoking({ ...ALICE, everywhere: true }));
  });
  database = await Database.open(path, "read");
});
afterAll(async () => {
  await database.close();
  sweep();
});

const ask = (at: string, revision?: number) => ({
  question: { user: "alice", permission: "posts:read", owner: null, scope: null, at, activate: ["reader"], assume: [] },
  revision,
});

/** What is answered: that the role could be activated, or what was in the way. */
async function answers(asked: readonly ReturnType<typeof ask>[], now?: string): Promise<unknown[]> {
  const { answered } = await database.batch(asked, now);
  return answered.map(({ answer }) => (answer instanceof RbacError ? answer.code : answer.reason));
}

it("a time takes the last revision before it, however often it is asked for", async () => {
  const times = [5, 15, 35, 35, 45, 15].map((at) => ask(minute(at)));
  const expected = await Promise.all(times.map(async (one) => (await answers([one]))[0]));
  expect(await answers(times)).toEqual(expected);
  expect(expected.slice(0, 2)).toEqual(["USER_NOT_FOUND", "USER_NOT_FOUND"]);
  expect(expected[2]).not.toBe(expected[4]);
});

it("a revision is that revision, however often it is asked for, and one that never was is an error", async () => {
  const asked = [2, 3, 3, 4, 9, 9].map((revision) => ask(minute(99), revision));
  const [before, held, again, revoked, ...never] = await answers(asked);
  expect([before, again]).toEqual(["USER_NOT_FOUND", held]);
  expect(revoked).not.toBe(held);
  expect(never).toEqual(["REVISION_NOT_FOUND", "REVISION_NOT_FOUND"]);
});

it("a time that is not before now takes the revision that is read", async () => {
  expect(await answers([ask(minute(35))], minute(35))).toEqual(await answers([ask(minute(99), 4)]));
});
