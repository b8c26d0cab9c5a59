/** The score of a policy's tests: how many of its mutants they kill, and the tests that would kill the others. */
import type { Document } from "../document/facts.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { Candidates } from "./candidates.ts";
import { type ElementPlace, placeOf } from "./elements.ts";
import { findTest } from "./find-test.ts";
import type { WrittenTest } from "./killing-test.ts";
import { Kills } from "./kills.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import type { TestOutcome } from "./run-tests.ts";

export interface Survivor extends Mutant, ElementPlace {
  /** The test that would kill it; `null` where none was found among those that were tried. */
  readonly test: WrittenTest | null;
}

export interface MutationScore {
  readonly all: number;
  readonly killed: number;
  /** Of those that are not killed: no question that a test can ask tells them from the policy. */
  readonly equivalent: number;
  readonly survivors: readonly Survivor[];
}

/** @param outcomes of all tests of the policy; those that failed kill nothing */
export function mutationOf(
  index: PolicyIndex,
  document: Pick<Document, "facts">,
  outcomes: readonly TestOutcome[],
  now: string,
): MutationScore {
  const kills = new Kills(index, outcomes, now);
  const mutants = mutantsOf(index.policy);
  const alive = mutants.filter((mutant) => !kills.isKilled(mutant));
  const candidates = new Candidates(index, now);
  const survivors = alive.flatMap((mutant): Survivor[] => {
    const test = findTest(index, mutant, now, candidates);
    return test === "none"
      ? []
      : [{ ...mutant, ...placeOf(document, mutant.from), test: test === "unknown" ? null : test }];
  });
  return {
    all: mutants.length,
    killed: mutants.length - alive.length,
    equivalent: alive.length - survivors.length,
    survivors,
  };
}

/** Of the mutants that can be killed, the killed ones in percent; 100 where there are none. */
export function scoreOf({ all, killed, equivalent }: Omit<MutationScore, "survivors">): number {
  const killable = all - equivalent;
  return killable === 0 ? 100 : (100 * killed) / killable;
}
