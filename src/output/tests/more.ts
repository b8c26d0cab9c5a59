/** More to tell in results: lines below those of the tests, fields of the JSON, and what keeps the run from passing. */
import { EXIT } from "../../errors.ts";
import type { Results } from "./test-results.ts";

interface More {
  /** In which text from outside went through `safe`. */
  readonly lines: readonly string[];
  /** Why the exit code is 1; told at the end. */
  readonly failures: readonly string[];
  readonly json: object;
}

/** Why a minimum is not reached where nothing was asked. */
export const NO_TESTS = "there are no tests";

export function withMore({ view, report, failures: earlier = [] }: Results, { lines, failures, json }: More): Results {
  const all = { ...view.json, ...json };
  const { text } = view;
  return {
    view: {
      ...view,
      json: all,
      ...(text && { text: (style) => [...text(style), ...lines, ...failures.map((failure) => style.bad(failure))] }),
      exitCode: failures.length > 0 ? EXIT.no : (view.exitCode ?? EXIT.yes),
    },
    report: { ...report, json: all },
    failures: [...earlier, ...failures],
  };
}
