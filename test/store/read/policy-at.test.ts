/**
 * Whatever is done: any revision can be looked at as it stood, all can be taken back, and nothing raises a false alarm.
 */
import fc from "fast-check";
import { afterAll, expect, it, vi } from "vitest";
import { atLeast, fairly } from "../../support/databases.ts";
import { histories, live, liveBriefly } from "../../support/store/database-model.ts";
import { SEED, sweep } from "../../support/store/random-databases.ts";

vi.setConfig({ testTimeout: 300_000 }); // They count what is found, never how fast.
afterAll(sweep);

process.stderr.write(`test/store/read/policy-at: RBAC_SEED=${SEED}\n`);

const RUNS = fairly(100);

it(`${RUNS * 15} operations: every revision stands as it stood, and undoing all of them leaves nothing`, async () => {
  const told = { done: 0, refused: 0 };
  const property = fc.asyncProperty(histories(14), (history) => live(history, told));
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
  expect(told.done).toBeGreaterThan(atLeast(500));
  expect(told.refused).toBeGreaterThan(atLeast(100));
});

it(`${fairly(1000)} databases that nobody touched verify`, async () => {
  await fc.assert(fc.asyncProperty(histories(2), liveBriefly), { numRuns: fairly(1000), seed: SEED });
});
