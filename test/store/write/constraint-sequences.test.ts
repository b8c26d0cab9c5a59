/**
 * Ten thousand operations on policies with constraints: what is judged on a slice is what the whole policy would say.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Database } from "../../../src/database/database.ts";
import { RbacError, type Violation } from "../../../src/errors.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { undoing } from "../../../src/policy/edit/undo.ts";
import { apply, type Change } from "../../../src/policy/model/change.ts";
import { type Mutation, WHOLE_POLICY } from "../../../src/policy/model/mutation.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import {
  assigning,
  constraining,
  disinheriting,
  inheriting,
  removing,
  renaming,
  reshaping,
  revoking,
  setting,
} from "../../../src/policy/mutations.ts";
import { violationsAdded, violationsOf } from "../../../src/policy/rules/constraint-violations.ts";
import { atLeast, emptyDatabase, fairly } from "../../support/databases.ts";
import { read } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";
import { allBroken } from "../../support/oracle-constraints.ts";
import { changed, constrained } from "../../support/random-constraints.ts";
import { INSTANTS, NOW, ROLES, SCOPES, USERS } from "../../support/random-policies.ts";

const SEED = Number(process.env.RBAC_SEED ?? Date.now() % 1_000_000_007);
process.stdout.write(`constraint sequences: RBAC_SEED=${SEED}\n`);
const LONG = 100;

/** A wish, or which revision to take back, or how far the clock goes on. */
type Step = { readonly mutation: Mutation } | { readonly undo: number } | { readonly hours: number };

const role = fc.constantFrom(...ROLES);
const user = fc.constantFrom(...USERS, "bob");
const roles = fc.uniqueArray(role, { minLength: 1, maxLength: 2 });
const scope = fc.constantFrom(...SCOPES);
const who = fc.option(user, { freq: 9 });
const time = fc.option(fc.constantFrom(...INSTANTS), { freq: 2 });
const yes = fc.boolean();
const none = { add: undefined, drop: undefined, limit: undefined, needs: undefined };
const constraint = fc.constantFrom("c0", "c1", "c2", "c3");

const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ who, roles, scope, from: time, until: time, replace: yes, existing: yes }).map(assigning),
  },
  { weight: 4, arbitrary: fc.record({ who, roles, scope, everywhere: yes }).map(revoking) },
  { weight: 2, arbitrary: fc.tuple(role, roles).map(([heir, parents]) => inheriting(heir, parents)) },
  { weight: 2, arbitrary: fc.tuple(role, roles).map(([heir, parents]) => disinheriting(heir, parents)) },
  { weight: 2, arbitrary: fc.tuple(user, yes).map(([name, disabled]) => setting("user", name, { disabled })) },
  fc.tuple(user, yes).map(([name, gone]) => removing("user", name, gone)),
  fc.tuple(role, yes).map(([name, gone]) => removing("role", name, gone)),
  fc.tuple(user, user).map(([from, to]) => renaming("user", from, to)),
  fc.tuple(role, role).map(([from, to]) => renaming("role", from, to)),
  fc.tuple(constraint, constraint).map(([from, to]) => renaming("constraint", from, to)),
  fc.tuple(constraint, roles).map(([name, add]) => reshaping(name, { ...none, add })),
  fc.tuple(constraint, role).map(([name, drop]) => reshaping(name, { ...none, drop: [drop] })),
  fc
    .tuple(constraint, roles)
    .map(([name, needs]) => constraining(name, "prerequisite", { roles: [ROLES[0]], limit: null, needs })),
  {
    weight: 3,
    arbitrary: fc
      .tuple(changed(), fc.subarray(["roles", "users", "everyone", "constraints"]), yes)
      .map(([[, document], sections, prune]) => seeding(read(partOf(document, sections)), prune)),
  },
);

/** Some sections at once; of `min_users` none, since what is declared need not stand. */
function partOf(document: PlainDocument, sections: readonly string[]) {
  const kept = Object.entries(document.constraints ?? {}).filter(([, { kind }]) => kind !== "min_users");
  const whole: Record<string, unknown> = { ...document, constraints: Object.fromEntries(kept) };
  const named = ["permissions", ...sections].map((section) => [section, whole[section]]);
  return { rbac: 1, ...Object.fromEntries(named) };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: mutations.map((mutation): Step => ({ mutation })) },
  { weight: 1, arbitrary: fc.nat(20).map((undo): Step => ({ undo })) },
  { weight: 1, arbitrary: fc.nat(10).map((hours): Step => ({ hours })) },
);

const START = INSTANTS[0] ?? NOW;

/** A policy whose constraints hold, from the first moment on. */
const beginnings = constrained().map((document) => {
  const broken = new Set(allBroken(document, START).map((one) => one.constraint));
  const kept = Object.entries(document.constraints ?? {}).filter(([name]) => !broken.has(name));
  return { ...document, constraints: Object.fromEntries(kept) };
});

interface Told {
  done: number;
  refused: number;
  steps: number;
}

async function live(document: PlainDocument, steps: readonly Step[], told: Told): Promise<void> {
  let now = START;
  /** Each `min_users` that an undo declared anew, which need not stand then (rule 22), until it stands. */
  const unmet = new Set<string>();
  const database = await emptyDatabase(now);
  const stampNow = () => ({ actor: "root", osUser: "root", at: now, reason: null });
  try {
    await database.change(stampNow(), seeding(read(document), false), { allowConfusable: true });
    for (const one of steps) {
      told.steps += 1;
      if ("hours" in one) now = new Date(Date.parse(now) + one.hours * 3_600_000).toISOString();
      else {
        const { policy: before, revision } = await database.policy(WHOLE_POLICY);
        const mutation = "mutation" in one ? one.mutation : await undoingOf(database, 1 + (one.undo % revision));
        const said = await database.change(stampNow(), mutation, { allowConfusable: true }).catch(refusal);
        const judged = said instanceof RbacError ? said.code === "CONSTRAINT_VIOLATED" : true;
        if (judged) {
          const changes = mutation.decide(before);
          const expected = sorted(addedAsAWhole(before, changes, now));
          const violations = sorted(said instanceof RbacError ? said.violations : []);
          expect({ changes, violations }).toEqual({ changes, violations: expected });
        }
        if (said instanceof RbacError) told.refused += judged ? 1 : 0;
        else {
          told.done += said.changed ? 1 : 0;
          if ("undo" in one)
            for (const change of said.changes)
              if (change.kind.startsWith("constraint.") && "constraint" in change) unmet.add(change.constraint);
        }
      }
      const { policy } = await database.policy(WHOLE_POLICY);
      const broken = violationsOf(policy, now).map(({ constraint }) => constraint);
      for (const name of unmet)
        if (policy.constraint.get(name)?.type !== "min_users" || !broken.includes(name)) unmet.delete(name);
      expect(broken.filter((name) => !unmet.has(name))).toEqual([]);
    }
  } finally {
    await database.close();
  }
}

function refusal(error: unknown): RbacError {
  if (error instanceof RbacError && [2, 3].includes(error.exitCode)) return error;
  throw error;
}

/** What all of the policy says of changes, by every constraint that stands after them. */
function addedAsAWhole(before: Policy, changes: readonly Change[], now: string): Violation[] {
  const after = apply(before, changes);
  return violationsAdded(before, after, [...after.constraint.values()], now);
}

const sorted = (violations: readonly Violation[]): string[] => violations.map((one) => JSON.stringify(one)).sort();

async function undoingOf(database: Database, revision: number): Promise<Mutation> {
  const entries = await database.record.entries({ fromRevision: revision, toRevision: revision });
  return undoing(
    revision,
    entries.map(({ change }) => change),
  );
}

const STEPS = fairly(10_000);

it(`${STEPS} operations: constraints hold after each, and a slice judges as the whole policy does`, async () => {
  const told = { done: 0, refused: 0, steps: 0 };
  const histories = fc.tuple(beginnings, fc.array(step, { minLength: LONG, maxLength: LONG }));
  const lived = fc.asyncProperty(histories, ([document, steps]) => live(document, steps, told));
  await fc.assert(lived, { numRuns: STEPS / LONG, seed: SEED, endOnFailure: true });
  process.stdout.write(`constraint sequences: ${JSON.stringify(told)}\n`);
  expect(told.steps).toBeGreaterThanOrEqual(STEPS);
  expect(told.refused).toBeGreaterThan(atLeast(150));
  expect(told.done).toBeGreaterThan(atLeast(1000));
});
