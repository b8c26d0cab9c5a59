/**
 * Plans by chance: whatever happens between plan and apply, people gain and lose just what was planned, or nothing is
 * changed. What they may is decided question by question, not by the rows of an impact.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Database } from "../../src/database/database.ts";
import { RbacError } from "../../src/errors.ts";
import { applyPlan } from "../../src/plans/apply-plan.ts";
import { makePlan } from "../../src/plans/make-plan.ts";
import type { Plan } from "../../src/plans/plan.ts";
import { readPlan } from "../../src/plans/read-plan.ts";
import { planText } from "../../src/plans/write-plan.ts";
import { decide } from "../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../src/policy/evaluate/policy-index.ts";
import { apply, formerNamesOf } from "../../src/policy/model/change.ts";
import { type Mutation, WHOLE_POLICY } from "../../src/policy/model/mutation.ts";
import { type Policy, rowsOf } from "../../src/policy/model/policy.ts";
import { DOCUMENTED_KINDS } from "../../src/policy/model/records.ts";
import { freshDb, SERVER } from "../support/cli.ts";
import { often } from "../support/often.ts";
import { ASKED_SCOPES, INSTANTS } from "../support/random-policies.ts";
import { minute, stampAt } from "../support/store/random-databases.ts";
import { firstSeed, mutations } from "../support/store/random-mutations.ts";

const RUNS = often(SERVER ? 4 : 30);

/** All rows, without the revisions that wrote them. */
const rowsIn = (policy: Policy): string[] =>
  DOCUMENTED_KINDS.flatMap((kind) =>
    [...rowsOf(policy, kind).values()].map(({ revision: _, ...row }) => `${kind} ${JSON.stringify(row)}`),
  ).sort();

/** What somebody may, question by question; `null` is a stranger. Who or what is not there may nothing. */
function answersOf(policy: Policy, user: string | null, at: string): Set<string> {
  const index = indexPolicy(policy);
  const yes = new Set<string>();
  if (user !== null && !policy.user.has(user)) return yes;
  for (const permission of policy.permission.keys())
    for (const own of ["", ":own"])
      for (const scope of ASKED_SCOPES) {
        const question = { user, permission: permission + own, owner: null, scope, at, activate: [], assume: [] };
        if (decide(index, question).allowed) yes.add(`${permission}${own} ${scope}`);
      }
  return yes;
}

/** What becomes yes and what becomes no for somebody by a plan, at its moment and at later ones. */
function effectOn(policy: Policy, { changes, at }: Plan, user: string | null): string {
  const after = apply(policy, changes);
  const before = user === null ? null : (formerNamesOf(changes, "user").get(user) ?? user);
  const lines = [at, ...INSTANTS].flatMap((moment) => {
    const [old, now] = [answersOf(policy, before, moment), answersOf(after, user, moment)];
    const gained = [...now].filter((one) => !old.has(one)).map((one) => `${moment} gain ${one}`);
    return [...gained, ...[...old].filter((one) => !now.has(one)).map((one) => `${moment} lose ${one}`)];
  });
  return lines.sort().join("\n");
}

/** Everybody of two policies, by the names after a plan; and a stranger. */
function everybody({ changes }: Plan, ...policies: Policy[]): (string | null)[] {
  const former = new Set(formerNamesOf(changes, "user").values());
  const names = policies.flatMap((policy) => [...apply(policy, changes).user.keys(), ...policy.user.keys()]);
  return [...new Set(names.filter((name) => !former.has(name))), null];
}

/** A round: what is planned, and what happens before it is applied. */
const rounds = fc.array(fc.tuple(mutations, fc.array(mutations, { maxLength: 5 })), { minLength: 5, maxLength: 5 });

it(`${5 * RUNS} random plans, each after random changes: just what was planned happens to people, or nothing`, async () => {
  const counts = { applied: 0, between: 0, standing: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(firstSeed, rounds, async (first, wishes) => {
      const database = await emptyDatabase();
      await database.change(stampAt(minute(0)), first);
      for (const [at, [wished, meanwhile]] of wishes.entries()) {
        const became = await round(database, 10 * at, wished, meanwhile);
        for (const one of became) counts[one] += 1;
      }
      await database.close();
    }),
    { numRuns: RUNS },
  );
  if (!SERVER) for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
});

const options = { allowConfusable: true };

/** What became of one plan; nothing where nothing could be planned. */
async function round(
  database: Database,
  time: number,
  wished: Mutation,
  meanwhile: readonly Mutation[],
): Promise<("applied" | "between" | "standing" | "refused")[]> {
  const stamp = (minutes: number) => stampAt(minute(time + minutes));
  const { policy: planned } = await database.policy(WHOLE_POLICY);
  // Row by row: a pattern is planned for whatever it comes to cover.
  const request = { mutation: wished, stamp: stamp(1), options, expand: true };
  const made = await makePlan(database, request).catch(caught);
  if (made instanceof RbacError) return [];
  const plan = readPlan([...planText(made)].join(""));
  expect(plan).toEqual(made);
  for (const other of meanwhile) await database.change(stamp(2), other, options).catch(caught);
  const { policy: before, revision } = await database.policy(WHOLE_POLICY);
  const outcome = await applyPlan(database, plan, { stamp: stamp(3), options }).catch(caught);
  const after = await database.policy(WHOLE_POLICY);
  if (outcome instanceof RbacError) {
    expect([outcome.exitCode, after.revision]).toEqual([3, revision]);
    if (meanwhile.length === 0) expect(plan.refusal).not.toBe(null);
    return ["refused"];
  }
  expect(rowsIn(after.policy)).toEqual(rowsIn(apply(before, plan.changes)));
  expect(outcome.changed).toBe(after.revision > revision);
  if (!outcome.changed) return ["standing"];
  const ofStrangers = effectOn(planned, plan, null);
  expect(effectOn(before, plan, null)).toBe(ofStrangers);
  for (const user of everybody(plan, planned, before)) {
    const [then, now] = [effectOn(planned, plan, user), effectOn(before, plan, user)];
    // What everyone gains is planned for whoever signs up, and for who had it otherwise.
    if ([then, now].every((one) => one === "" || one === ofStrangers)) continue;
    expect({ user, now }).toEqual({ user, now: then });
  }
  const again = await applyPlan(database, plan, { stamp: stamp(4), options, maxAge: 0 });
  expect([again.changed, again.revision]).toEqual([false, after.revision]);
  return rowsIn(before).join() === rowsIn(planned).join() ? ["applied"] : ["applied", "between"];
}

async function emptyDatabase(): Promise<Database> {
  if (!SERVER) return Database.scratch(minute(0));
  const db = freshDb();
  await Database.create(db, minute(0), async () => {});
  return Database.open(db, "write");
}

/** What is refused is a value. */
function caught(error: unknown): RbacError {
  if (error instanceof RbacError) return error;
  throw error;
}
