/**
 * A compiled policy answers as the walk does under conditions, too: what is allowed, why, where not, what is left to
 * know, and what else denies; whatever changes since it was compiled. `RBAC_SEED=n` repeats a run.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RbacError } from "../../../src/errors.ts";
import { CompiledPolicy } from "../../../src/policy/compiled/compiled-policy.ts";
import { decide, type Question } from "../../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { diff } from "../../../src/policy/model/change.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { AT, policyFrom } from "../../support/documents.ts";
import { randomGiven, randomPermission, withConditionals } from "../../support/random-conditions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, documents } from "../../support/random-policies.ts";
import { type Chance, chanceOf, SEED } from "../../support/store/random-databases.ts";

const QUESTIONS = 50;
const STEPS = 2;
const RUNS = 2000;

const randomQuestion = (policy: Policy, chance: Chance): Question => {
  const roles = [...policy.role.keys()];
  const permission = randomPermission(policy, chance);
  const user = chance.below(8) === 0 ? null : chance.pick([...policy.user.keys()]);
  const given = randomGiven(chance);
  return {
    user,
    permission,
    owner: permission.endsWith(":own") || chance.below(3) !== 0 ? null : user,
    scope: chance.pick(ASKED_SCOPES),
    at: chance.pick(ASKED_INSTANTS),
    activate: chance.below(5) === 0 ? [chance.pick(roles)] : [],
    assume: chance.below(2) === 0 ? [chance.pick(roles)] : [],
    ...(given && { given }),
  };
};

/** What an answer comes to, or the words of the refusal. */
function outcomeOf(answer: () => Partial<ReturnType<typeof decide>>): string {
  try {
    const { allowed, reason, except, when, unless } = answer();
    return JSON.stringify({ allowed, reason, except, when, unless });
  } catch (error) {
    if (error instanceof RbacError) return error.message;
    throw error;
  }
}

/** How often each reason was seen: a run that seldom meets a condition would prove nothing. */
const seen: Record<string, number> = {};

function expectAlike(compiled: CompiledPolicy, policy: Policy, chance: Chance): void {
  const index = indexPolicy(policy);
  for (let asked = 0; asked < QUESTIONS; asked++) {
    const question = randomQuestion(policy, chance);
    const expected = outcomeOf(() => decide(index, question));
    if (outcomeOf(() => compiled.answer(question)) !== expected) {
      expect({ question, answer: outcomeOf(() => compiled.answer(question)) }).toEqual({ question, answer: expected });
      throw new Error("asked again, it answers alike: something that was kept is wrong");
    }
    const { reason, unless } = JSON.parse(expected) as { reason: string; unless?: unknown };
    const kind = unless ? "allow, unless" : reason;
    seen[kind] = (seen[kind] ?? 0) + 1;
  }
}

describe("under conditions, a compiled policy answers as the walk", () => {
  it(`to ${RUNS * QUESTIONS * STEPS} random questions, changes in between (seed ${SEED})`, () => {
    const alike = (drawn: Parameters<typeof policyFrom>[0][], seed: number) => {
      const chance = chanceOf(seed);
      let policy = policyFrom({ rbac: 1 });
      const compiled = CompiledPolicy.of(policy);
      for (const document of drawn) {
        const next = withConditionals(policyFrom(document), chance);
        compiled.apply(diff(policy, next));
        expectAlike(compiled, next, chance);
        policy = next;
      }
    };
    const steps = fc.array(documents(), { minLength: STEPS, maxLength: STEPS });
    fc.assert(fc.property(steps, fc.integer(), alike), { numRuns: RUNS, seed: SEED });
    expect(Object.keys(seen).sort()).toEqual([
      "allow",
      "allow, unless",
      "condition",
      "deny",
      "disabled",
      "none",
      "session",
    ]);
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(200);
  });
});

it("what was kept of a role is of the past once it inherits something else", () => {
  const policyOf = (inherits: string[]) =>
    policyFrom({
      rbac: 1,
      permissions: ["posts:read"],
      roles: {
        reader: { grants: [{ permission: "posts:read", when: "resource.published" }] },
        other: { grants: [{ permission: "posts:read", when: "resource.locked" }] },
        heir: { inherits },
      },
      users: { alice: { roles: ["heir"] } },
    } as never);
  const all = [["other"], ["other", "reader"], ["reader"], []].map(policyOf);
  const compiled = CompiledPolicy.of(all[3] as Policy);
  let policy = all[3] as Policy;
  const plain = { user: "alice", permission: "posts:read", owner: null, scope: null, at: AT, activate: [], assume: [] };
  const reasons = [...all, ...all].map((next) => {
    compiled.apply(diff(policy, next));
    policy = next;
    return compiled.answer({ ...plain, given: { resource: { published: true, locked: false } } }).reason;
  });
  expect(reasons).toEqual(["none", "allow", "allow", "none", "none", "allow", "allow", "none"]);
});
