/** The tests of a policy: questions with the answers that its documents expect. */
import { type Decision, decide, type HasDecision, holds } from "../evaluate/decide.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import type { Test } from "./facts.ts";
import { Problems } from "./problems.ts";

export interface TestOutcome {
  readonly test: Test;
  /** What was asked: `can`, `cannot` or `has`, and of which permission or role. */
  readonly expected: "can" | "cannot" | "has";
  readonly subject: string;
  readonly passed: boolean;
  readonly decision: Decision | HasDecision;
}

/**
 * Asks every test of a policy, at `now` unless a test says when.
 * @throws RbacError `DOCUMENT_INVALID` (exit 2) with every test that names what the policy does not know: a wrong
 * spelling in `cannot` would pass for ever (rule 18).
 */
export function runTests(index: PolicyIndex, tests: readonly Test[], now: string): TestOutcome[] {
  const problems = new Problems();
  const outcomes = tests.flatMap((test) => problems.attempt(test.place, () => runTest(index, test, now)) ?? []);
  problems.throwIfAny();
  return outcomes;
}

function runTest(index: PolicyIndex, test: Test, now: string): TestOutcome[] {
  const { user, assume, activate, scope, owner } = test;
  const asked = { user, assume, activate, scope, at: test.at ?? now };
  const about = (expected: "can" | "cannot") =>
    test[expected].map((permission): TestOutcome => {
      const decision = decide(index, { ...asked, owner, permission });
      return { test, expected, subject: permission, passed: decision.allowed === (expected === "can"), decision };
    });
  const roles = test.has.map((role): TestOutcome => {
    const decision = holds(index, { ...asked, role });
    return { test, expected: "has", subject: role, passed: decision.allowed, decision };
  });
  return [...about("can"), ...about("cannot"), ...roles];
}
