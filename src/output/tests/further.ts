/** What `rbac test` tells beside the outcomes, where it is asked for: coverage, mutants, suggestions. */
import { testCoverage } from "../../policy/tests/coverage.ts";
import { mutationOf } from "../../policy/tests/mutation.ts";
import { withCoverage } from "./coverage-results.ts";
import { asSuggestions, withMutation } from "./mutation-results.ts";
import type { Results } from "./test-results.ts";
import type { Tested, TestsAsked } from "./tests-asked.ts";

export function furtherResults(
  results: Results,
  { index, document, outcomes, now }: Tested,
  asked: TestsAsked,
): Results {
  const { coverage, mutate, suggest, report = [], "min-coverage": leastCovered, "min-score": leastScore } = asked;
  const isShown = coverage || leastCovered !== undefined;
  const isCovered = isShown || report.some(({ kind }) => kind === "lcov");
  const covered = isCovered
    ? withCoverage(results, testCoverage(index, document, outcomes, now), { least: leastCovered, isShown })
    : results;
  if (!mutate && !suggest && leastScore === undefined) return covered;
  const mutation = mutationOf(index, document, outcomes, now);
  const scored = withMutation(covered, mutation, leastScore);
  return suggest ? asSuggestions(scored, mutation) : scored;
}
