/** Finds the smallest test that passes on a policy and fails on a mutant of it. */
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { askedPermission, isAllowed, type TestQuestion } from "./asked.ts";
import type { Candidates } from "./candidates.ts";
import { askerOfCandidate, type Candidate, testOf, type WrittenTest } from "./killing-test.ts";
import type { Mutant } from "./mutants.ts";
import { mutatedIndex } from "./mutated.ts";

/** A test; or `none` where no question that a test can ask tells them apart, `unknown` where not all were tried. */
export type FoundTest = WrittenTest | "none" | "unknown";

/** So many questions are tried for one mutant. */
const MOST_TRIED = 20_000;

export function findTest(index: PolicyIndex, mutant: Mutant, now: string, candidates: Candidates): FoundTest {
  const mutated = mutatedIndex(index, mutant);
  candidates.isPartial = false;
  let tried = 0;
  for (const candidate of candidates.of(mutant)) {
    tried += 1;
    if (tried > MOST_TRIED) return "unknown";
    const asked = askedOf(index, candidate, now);
    const isYes = isAllowed(index, asked);
    const test = isAllowed(mutated, asked) === isYes ? undefined : testOf(candidate, isYes);
    if (test) return test;
  }
  return candidates.isPartial ? "unknown" : "none";
}

function askedOf(index: PolicyIndex, candidate: Candidate, now: string): TestQuestion {
  const asker = askerOfCandidate(candidate, now);
  const { about } = candidate;
  if ("role" in about) return { asker, scope: candidate.scope, role: about.role };
  return askedPermission(index, { ...asker, permission: about.permission });
}
