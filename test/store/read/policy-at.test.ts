/**
 * Whatever is done: any revision can be looked at as it stood, all can be taken back, and nothing raises a false alarm.
 */
import fc from "fast-check";
import { afterAll, expect, it, vi } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { BLOG } from "../../support/blog.ts";
import { cli } from "../../support/cli.ts";
import { atLeast, fairly } from "../../support/databases.ts";
import { AT, seeded } from "../../support/documents.ts";
import { histories, live, liveBriefly } from "../../support/store/database-model.ts";
import { SEED, sweep } from "../../support/store/random-databases.ts";

vi.setConfig({ testTimeout: 300_000 }); // They count what is found, never how fast.
afterAll(sweep);

process.stderr.write(`test/store/read/policy-at: RBAC_SEED=${SEED}\n`);

const RUNS = fairly(100);

it(`${RUNS * 17} operations: every revision stands as it stood, and undoing all of them leaves nothing`, async () => {
  const told = { done: 0, refused: 0 };
  const property = fc.asyncProperty(histories(16), (history) => live(history, told));
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
  expect(told.done).toBeGreaterThan(atLeast(500));
  expect(told.refused).toBeGreaterThan(atLeast(100));
});

it(`${fairly(300)} databases that nobody touched verify`, async () => {
  await fc.assert(fc.asyncProperty(histories(2), liveBriefly), { numRuns: fairly(300), seed: SEED });
});

it.each([
  ["posts:read", "some roles"],
  ["posts:delete:own", "a role that everyone has"],
])("who could %s by %s at a revision stays as it was then", async (permission, way) => {
  const db = await seeded(way === "some roles" ? { ...BLOG, everyone: [] } : BLOG);
  const before = await opened(db);
  const then = await before.database.whoCan(permission, AT);
  expect(then.users.length).toBeGreaterThan(2);
  expect(await before.past.whoCan(permission, AT)).toEqual(then);
  await before.database.close();
  for (const line of [
    "revoke alice editor",
    "assign bob reader",
    "user delete carol --yes",
    "user create frank",
    "role delete moderator --yes",
    "role delete owner --yes",
  ])
    expect(await cli(line, { db })).toMatchObject({ code: 0 });
  const { database, past } = await opened(db);
  expect((await database.whoCan(permission, AT)).users).not.toEqual(then.users);
  expect(await past.whoCan(permission, AT)).toEqual(then);
  await database.close();
});

async function opened(db: string): Promise<{ database: Database; past: Database }> {
  const database = await Database.open(db, "read");
  return { database, past: (await database.asOf({ revision: 1 })).database };
}
