/** What `rbac test` tells: the outcomes, and what is asked for beside them, which is loaded only then. */
import { type Results, testResults } from "./test-results.ts";
import type { Tested, TestsAsked } from "./tests-asked.ts";

/** The results, with as much as the flags ask for. */
export async function resultsOf(tested: Tested, asked: TestsAsked): Promise<Results> {
  const results = testResults(tested.outcomes);
  if (!asksForMore(asked)) return results;
  const { furtherResults } = await import("./further.ts");
  return furtherResults(results, tested, asked);
}

const asksForMore = ({ coverage, mutate, suggest, report = [], ...least }: TestsAsked): boolean =>
  coverage ||
  mutate ||
  suggest ||
  least["min-coverage"] !== undefined ||
  least["min-score"] !== undefined ||
  report.some(({ kind }) => kind === "lcov");
