/** Whether the tests of documents come out as before: those of changes see rows that no decision depends on. */
import { RbacError } from "../../errors.ts";
import type { Test } from "../document/facts.ts";
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import type { Policy } from "../model/policy.ts";
import { runTests } from "../tests/run-tests.ts";

/** What is asked of a policy, and for when. */
export interface AskedOfFixes {
  /** RFC 3339 UTC: the earliest moment that a question is about. */
  readonly at: string;
  /** RFC 3339 UTC: that of tests without a moment of their own. */
  readonly now: string;
  readonly tests: readonly Test[];
}

/** True where each test passes, fails, or is an error as it was. */
export function keepsTests(before: PolicyIndex, after: Policy, { tests, now }: AskedOfFixes): boolean {
  if (tests.length === 0) return true;
  const index = indexPolicy(after);
  return tests.every((test) => outcomeOf(before, test, now) === outcomeOf(index, test, now));
}

function outcomeOf(index: PolicyIndex, test: Test, now: string): string {
  try {
    return runTests(index, [test], now)
      .map(({ passed }) => passed)
      .join();
  } catch (error) {
    if (error instanceof RbacError) return [error, ...error.problems].map(({ message }) => message).join("\n");
    throw error;
  }
}
