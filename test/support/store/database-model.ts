/** The model: a database and, beside it, the policy after each revision. */
import fc from "fast-check";
import type { Database } from "../../../src/database/database.ts";
import { undoRevisions } from "../../../src/database/undo.ts";
import { RbacError } from "../../../src/errors.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { rowsOf } from "../../../src/policy/model/policy.ts";
import { KINDS } from "../../../src/policy/model/records.ts";
import { emptyDatabase } from "../databases.ts";
import { minute, rowsIn, stampAt, WHOLE } from "./random-databases.ts";
import { firstSeed, mutations } from "./random-mutations.ts";

/** A mutation, or the number of a revision to take back (counted round those that there are). */
export type Step = Mutation | number;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: mutations as fc.Arbitrary<Step> },
  { weight: 1, arbitrary: fc.nat(100) },
);

export const histories = (steps: number): fc.Arbitrary<readonly Step[]> =>
  fc.tuple(firstSeed, fc.array(step, { minLength: steps, maxLength: steps })).map(([first, rest]) => [first, ...rest]);

export interface Outcomes {
  done: number;
  refused: number;
}

/** Applies a history and checks it. @throws Error where the database and the model differ. */
export async function live(history: readonly Step[], outcomes: Outcomes): Promise<void> {
  const database = await emptyDatabase(minute(0));
  try {
    const policies = [rowsIn((await database.policy(WHOLE)).policy)];
    for (const one of history) {
      if (await done(database, one, policies.length)) policies.push(rowsIn((await database.policy(WHOLE)).policy));
      else outcomes.refused += 1;
    }
    outcomes.done += policies.length - 1;
    await checkPast(database, policies);
    await checkVerified(database);
    await undoAll(database, policies.length - 1);
    await checkVerified(database);
  } finally {
    await database.close();
  }
}

/** True where a revision was made. */
async function done(database: Database, one: Step, next: number): Promise<boolean> {
  try {
    const mutation = typeof one === "number" ? await undoingOf(database, 1 + (one % Math.max(1, next - 1))) : one;
    return (await database.change(stampAt(minute(next)), mutation, { allowConfusable: true })).changed;
  } catch (error) {
    if (error instanceof RbacError && [2, 3].includes(error.exitCode)) return false;
    throw error;
  }
}

export const undoingOf = (database: Database, revision: number): Promise<Mutation> =>
  undoRevisions(database, revision, revision);

async function checkPast(database: Database, policies: readonly string[]): Promise<void> {
  for (const [revision, expected] of policies.entries()) {
    if (revision === 0) continue;
    const byNumber = await database.asOf({ revision });
    const byTime = await database.asOf({ at: minute(revision) });
    for (const { database: past } of [byNumber, byTime]) {
      if (rowsIn((await past.policy(WHOLE)).policy) !== expected)
        throw new Error(`revision ${revision} is not as it was`);
    }
  }
}

async function undoAll(database: Database, last: number): Promise<void> {
  if (last === 0) return;
  await database.change(stampAt(minute(1000)), await undoRevisions(database, 1, last), { allowConfusable: true });
  const { policy } = await database.policy(WHOLE);
  if (KINDS.some((kind) => rowsOf(policy, kind).size > 0)) throw new Error(`undone to ${rowsIn(policy)}`);
}

/** A false alarm is an error here: nobody has touched these databases. */
async function checkVerified(database: Database): Promise<void> {
  const { valid, faults } = await database.record.verify({});
  if (!valid) throw new Error(`a false alarm: ${JSON.stringify(faults)}`);
}

/** Applies a history, and checks only that its verification finds nothing. */
export async function liveBriefly(history: readonly Step[]): Promise<void> {
  const database = await emptyDatabase(minute(0));
  try {
    for (const [at, one] of history.entries()) await done(database, one, at + 1);
    await checkVerified(database);
  } finally {
    await database.close();
  }
}
