/** Runs the tests of documents: questions with expected answers. */
import { type Decision, decide, type HasDecision, holds } from "../evaluate/decide.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import type { Test } from "./facts.ts";
import { Problems } from "./problems.ts";

export interface TestOutcome {
  readonly test: Test;
  readonly expected: "can" | "cannot" | "has";
  /** The permission, or for `has` the role. */
  readonly subject: string;
  readonly passed: boolean;
  readonly decision: Decision | HasDecision;
}

/**
 * Runs all tests against a policy, at `now` unless a test has its own time.
 * @throws RbacError `DOCUMENT_INVALID` (exit 2) with every test that names something unknown: otherwise a
 * spelling mistake in `cannot` would always pass (rule 18).
 */
export function runTests(index: PolicyIndex, tests: readonly Test[], now: string): TestOutcome[] {
  const problems = new Problems();
  const outcomes = tests.flatMap((test) => problems.attempt(test.place, () => runTest(index, test, now)) ?? []);
  problems.throwIfAny();
  return outcomes;
}

function runTest(index: PolicyIndex, test: Test, now: string): TestOutcome[] {
  const { user, assume, activate, scope, owner, given } = test;
  const question = { user, assume, activate, scope, at: test.at ?? now, ...(given && { given }) };
  const outcomesOf = (expected: "can" | "cannot") =>
    test[expected].map((permission): TestOutcome => {
      const decision = decide(index, { ...question, owner, permission });
      return { test, expected, subject: permission, passed: decision.allowed === (expected === "can"), decision };
    });
  const roles = test.has.map((role): TestOutcome => {
    const decision = holds(index, { ...question, role });
    return { test, expected: "has", subject: role, passed: decision.allowed, decision };
  });
  return [...outcomesOf("can"), ...outcomesOf("cannot"), ...roles];
}
