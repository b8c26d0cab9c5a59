/** Results with what the tests touch: a table, and the elements that no test touches, by their places. */
import { EXIT } from "../../errors.ts";
import type { CoveredElement, TestCoverage } from "../../policy/tests/coverage.ts";
import type { CoveredLine } from "../reports/report.ts";
import { safe } from "../sanitize.ts";
import { NO_TESTS, withMore } from "./more.ts";
import type { Results } from "./test-results.ts";

/** What to tell of the coverage. */
export interface CoverageTold {
  /** The least percentage of elements touched; below it the exit code is 1. */
  readonly least?: number | undefined;
  /** False where only a report tells of it. */
  readonly isShown: boolean;
}

/** The results with the coverage. Without any test the least percentage is never reached. */
export function withCoverage(results: Results, coverage: TestCoverage, { least, isShown }: CoverageTold): Results {
  const { elements, touched } = coverage.total;
  const percent = elements === 0 ? 100 : Math.floor((100 * touched) / elements);
  const hasTests = results.report.cases.length > 0;
  const isBelow = least !== undefined && (100 * touched < least * elements || !hasTests);
  const failures = isBelow ? [hasTests ? `coverage ${percent} % is below ${least} %` : NO_TESTS] : [];
  const more = { lines: isShown ? linesOf(coverage) : [], failures, json: { coverage: jsonOf(coverage) } };
  const told = isShown ? withMore(results, more) : results;
  const covered = coverage.elements.flatMap(lineOf);
  const { view, report } = told;
  return { ...told, view: isBelow ? { ...view, exitCode: EXIT.no } : view, report: { ...report, covered } };
}

function lineOf({ file, line, tests }: CoveredElement): CoveredLine[] {
  return file === null || line === null ? [] : [{ file, line, hits: tests }];
}

function jsonOf({ elements, groups, total }: TestCoverage) {
  const counts = groups.map(({ group, ...own }) => [group, own] as const);
  const untouched = elements.filter(({ tests }) => tests === 0);
  return {
    ...Object.fromEntries(counts),
    total,
    untouched: untouched.map(({ file, line, words }) => ({ file, line, element: words })),
  };
}

function linesOf({ groups, elements }: TestCoverage): string[] {
  const row = (name: string, cells: readonly (string | number)[], note = "") =>
    `${name.padEnd(12)}${cells.map((cell) => String(cell).padStart(10)).join("")}${note}`;
  const untouched = elements.filter(({ tests }) => tests === 0);
  return [
    row("", ["elements", "touched", "critical"]),
    ...groups
      .filter((group) => group.elements > 0)
      .map(({ group, elements: all, touched, critical }) =>
        row(group, [all, touched, critical], group === "constraints" && touched === 0 ? `     ${NO_REFUSAL}` : ""),
      ),
    ...untouched.map(({ file, line, words }) => safe`untouched  ${words}${file === null ? "" : `  ${file}:${line}`}`),
  ];
}

const NO_REFUSAL = "(no test breaks one: { user: ..., assign: ..., refused: NAME })";
