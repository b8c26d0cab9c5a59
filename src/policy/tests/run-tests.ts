/** Runs the tests of documents: questions with expected answers, and changes with what refuses them. */

import type { Test } from "../document/facts.ts";
import { Problems } from "../document/problems.ts";
import { type Decision, decide, type HasDecision, holds } from "../evaluate/decide.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import type { Policy } from "../model/policy.ts";
import { type ChangeRefusal, type ChangeTest, isAsExpected, refusalsOf } from "./refusals-of-change.ts";

interface OutcomeBody {
  readonly test: Test;
  readonly passed: boolean;
}

/** A question, and what came of it. */
export interface QuestionOutcome extends OutcomeBody {
  readonly expected: "can" | "cannot" | "has";
  /** The permission, or for `has` the role. */
  readonly subject: string;
  readonly decision: Decision | HasDecision;
}

/** A change that was asked for, and what refuses it. */
export interface RefusalOutcome extends OutcomeBody {
  readonly test: ChangeTest;
  readonly expected: "assign" | "revoke";
  /** Its roles, behind each other. */
  readonly subject: string;
  readonly refusals: readonly ChangeRefusal[];
}

export type TestOutcome = QuestionOutcome | RefusalOutcome;

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
  if (isOfChange(test)) return [changeOutcome(index, test, now)];
  return [
    ...test.can.map((permission) => questionOutcome(index, test, "can", permission, now)),
    ...test.cannot.map((permission) => questionOutcome(index, test, "cannot", permission, now)),
    ...test.has.map((role) => questionOutcome(index, test, "has", role, now)),
  ];
}

const isOfChange = (test: Test): test is ChangeTest => test.change !== undefined;

/** Who asks in a test, where, and when. */
export function askedIn({ user, assume, activate, scope, owner, given, at }: Test, now: string) {
  return { user, assume, activate, scope, owner, at: at ?? now, ...(given && { given }) };
}

function questionOutcome(
  index: PolicyIndex,
  test: Test,
  expected: QuestionOutcome["expected"],
  subject: string,
  now: string,
): QuestionOutcome {
  const { owner, ...question } = askedIn(test, now);
  const decision =
    expected === "has"
      ? holds(index, { ...question, role: subject })
      : decide(index, { ...question, owner, permission: subject });
  return { test, expected, subject, passed: decision.allowed === (expected !== "cannot"), decision };
}

function changeOutcome({ policy }: PolicyIndex, test: ChangeTest, now: string): RefusalOutcome {
  const { verb, roles } = test.change;
  const refusals = refusalsOf(policy, test, test.at ?? now);
  return { test, expected: verb, subject: roles.join(", "), passed: isAsExpected(test, refusals), refusals };
}

/** Whether a test of a change passes on a policy. @throws as `refusalsOf` */
export const changePasses = (policy: Policy, test: ChangeTest, now: string): boolean =>
  isAsExpected(test, refusalsOf(policy, test, test.at ?? now));
