/** Signals are heard in the middle of long work, which is then as if it had never begun; soak/signals.ts says how soon. */
import { expect, it } from "vitest";
import { interruptions } from "../support/signals.ts";
import { chanceOf, SEED } from "../support/store/random-databases.ts";

it(`at moments of seed ${SEED}: changes, restores, verifications, exports and questions end with 130 or 143 and change nothing`, async () => {
  const found = await interruptions(6000, 1, chanceOf(SEED));
  expect(found.filter(({ faults }) => faults.length > 0)).toEqual([]);
  expect(found).toHaveLength(14);
});
