/** Constraints against brute force: what stands, what a change adds, and what a session may not activate. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { decide } from "../../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { apply, diff } from "../../../src/policy/model/change.ts";
import { violationsAdded, violationsOf } from "../../../src/policy/rules/constraint-violations.ts";
import { policyFrom } from "../../support/documents.ts";
import { oracleReason, type PlainDocument } from "../../support/oracle.ts";
import { addedBetween, allBroken, firstBroken, holdersOf, isHeld } from "../../support/oracle-constraints.ts";
import { changed, constrained } from "../../support/random-constraints.ts";
import { INSTANTS, NOW, questions } from "../../support/random-policies.ts";

const SEED = Number(process.env.RBAC_SEED ?? Date.now() % 1_000_000_007);
process.stdout.write(`constraints: RBAC_SEED=${SEED}\n`);
const RUNS = { numRuns: 2000, seed: SEED };

const nows = fc.constantFrom(...INSTANTS, NOW);
const covers = (scope: string | null, target: string | null) => scope === null || `${target}/`.startsWith(`${scope}/`);

/** By constraint and user: the first moment told. */
function firstTold(document: PlainDocument, now: string): Map<string, string> {
  const first = new Map<string, string>();
  for (const { constraint, users, at } of violationsOf(policyFrom(document), now)) {
    const { kind } = document.constraints?.[constraint] ?? {};
    const key = JSON.stringify([constraint, kind === "ssd" || kind === "prerequisite" ? users[0] : null]);
    if (at < (first.get(key) ?? "~")) first.set(key, at);
  }
  return first;
}

it("2,000 random policies: the same is broken, by the same users, from the same moment on", () => {
  let broken = 0;
  const agree = (document: PlainDocument, now: string) => {
    const expected = firstBroken(document, now);
    broken += expected.size > 0 ? 1 : 0;
    expect([...firstTold(document, now)].sort()).toEqual([...expected].sort());
  };
  fc.assert(fc.property(constrained(), nows, agree), RUNS);
  expect(broken).toBeGreaterThan(RUNS.numRuns / 4);
});

it("what is told is so: these users hold these roles there and then; and nothing broken lies outside of it", () => {
  const so = (document: PlainDocument, now: string) => {
    const told = violationsOf(policyFrom(document), now);
    for (const { constraint, users, scope, at, roles } of told) {
      const { kind, roles: named = [] } = document.constraints?.[constraint] ?? {};
      if (kind === "max_users" || kind === "min_users") {
        expect(users).toEqual(holdersOf(document, named[0] ?? "", scope, at, kind === "min_users").sort());
        expect(roles).toEqual(named);
      } else {
        const held = named.filter((role) => isHeld(document, users[0] ?? "", role, scope, at));
        expect([users.length, roles]).toEqual([1, held.sort()]);
      }
    }
    for (const { constraint, user, target, at } of allBroken(document, now)) {
      const counted = told.filter((one) => one.constraint === constraint && (user === null || one.users[0] === user));
      const tellsIt = counted.some((one) => one.at <= at && covers(one.scope, target));
      expect({ constraint, user, target, at, tellsIt }).toMatchObject({ tellsIt: true });
    }
  };
  fc.assert(fc.property(constrained(), nows, so), RUNS);
});

it("2,000 random changes: refused exactly where they add a violation, and for whom", () => {
  let refused = 0;
  const agree = ([first, second]: readonly [PlainDocument, PlainDocument], now: string) => {
    const [before, target] = [policyFrom(first), policyFrom(second)];
    const after = apply(before, diff(before, target));
    const violations = violationsAdded(before, after, [...after.constraint.values()], now);
    const personal = ["ssd", "prerequisite"];
    const told = violations.map(({ constraint, users }) =>
      JSON.stringify([constraint, personal.includes(after.constraint.get(constraint)?.type ?? "") ? users[0] : null]),
    );
    const expected = addedBetween(first, second, now);
    refused += expected.length > 0 ? 1 : 0;
    expect([...new Set(told)].sort()).toEqual(expected);
  };
  fc.assert(fc.property(changed(), nows, agree), RUNS);
  expect(refused).toBeGreaterThan(RUNS.numRuns / 10);
});

it("2,000 random sessions: the oracle activates the same sets", () => {
  const asked = constrained().chain((document) =>
    fc.tuple(fc.constant(document), fc.array(questions(document), { minLength: 10, maxLength: 10 })),
  );
  const agree = ([document, list]: [PlainDocument, Parameters<typeof oracleReason>[1][]]) => {
    const index = indexPolicy(policyFrom(document));
    for (const { own, ...question } of list) {
      const permission = own ? `${question.permission}:own` : question.permission;
      const { reason } = decide(index, { ...question, permission, owner: null });
      expect({ question, own, reason }).toEqual({
        question,
        own,
        reason: oracleReason(document, { ...question, own }),
      });
    }
  };
  fc.assert(fc.property(asked, agree), RUNS);
});
