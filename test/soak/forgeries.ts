/** More of what the tests do on each push, with a new seed each time: operations, forgeries, flipped bits. */
import fc from "fast-check";
import { histories, live } from "../support/store/database-model.ts";
import {
  asItWas,
  cutTail,
  deleteEntry,
  editEntry,
  editState,
  rehash,
  swapEntries,
  unnoticed,
} from "../support/store/falsifications.ts";
import { anyBits, flip } from "../support/store/flipped-bits.ts";
import { chanceOf, SEED } from "../support/store/random-databases.ts";
import { fixture } from "../support/store/recorded-history.ts";
import { begin, none, tell } from "./run.ts";

begin("forgeries");
const told = { done: 0, refused: 0 };
const STEPS = 20;
const lived = await fc.check(
  fc.asyncProperty(histories(STEPS - 1), (history) => live(history, told)),
  { numRuns: 10_000 / STEPS, seed: SEED },
);
tell(`${told.done} operations done, ${told.refused} refused`);
none("revisions that are not as they stood, or not undone", lived.failed ? [fc.defaultReportMessage(lived)] : []);

const { bytes, head } = await fixture();
const chance = chanceOf(SEED);
for (const [what, falsify, times, expecting] of [
  ["edits of one character", editEntry, 5000, {}],
  ["deletions", deleteEntry, 1000, {}],
  ["swaps", swapEntries, 1000, {}],
  ["edits of the tables", editState, 1000, {}],
  ["cuts", cutTail, 1000, { expect: head }],
  ["records made anew", rehash(asItWas), 500, { expect: head }],
] as const) {
  none(`${times} ${what}, unnoticed`, await unnoticed(bytes, falsify, times, chance, expecting));
}
const { missed, ...flips } = await flip(bytes, anyBits(bytes, 5000, chance));
none(`5,000 flipped bits (${JSON.stringify(flips)}), unnoticed`, missed);
