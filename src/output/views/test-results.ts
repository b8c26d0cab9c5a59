/** The outcomes of a policy's tests: as a view, the failed ones as lines, then the counts; and as a report. */
import { EXIT } from "../../errors.ts";
import type { TestOutcome } from "../../policy/document/policy-tests.ts";
import type { View } from "../render.ts";
import type { Report } from "../reports/report.ts";
import { safe } from "../sanitize.ts";
import { PLAIN } from "../style.ts";
import { mismatchText, reasonText } from "./decision.ts";
import { limitsText, scopeText } from "./decision-path.ts";

/** A test as its JSON shows it; `failure` says in words why it failed, and is `null` where it passed. */
const shown = (outcome: TestOutcome) => {
  const { test, expected, subject, passed, decision } = outcome;
  const { user, assume, scope, owner, given } = test;
  const { line } = test.place.source.locate(test.place.path);
  const place = { file: test.place.source.name, line };
  const failure = passed ? null : failureText(outcome);
  return { passed, ...place, user, assume, scope, owner, given, expected, subject, reason: decision.reason, failure };
};

/** The view, with exit 1 if a test failed, and the report of the same results. */
export function testResults(outcomes: readonly TestOutcome[]): { readonly view: View; readonly report: Report } {
  const tests = outcomes.map(shown);
  const failed = tests.filter((test) => !test.passed).length;
  const passed = tests.length - failed;
  const json = { passed, failed, tests };
  const cases = tests.map(({ file, line, failure }, at) => ({
    file,
    line,
    name: outcomes[at] ? testText(outcomes[at]) : "",
    ...(failure !== null && { failure }),
  }));
  const summary = `${passed} passed, ${failed} failed`;
  const view: View = {
    json,
    table: { head: COLUMNS, rows: tests.map((test) => COLUMNS.map((column) => test[column])) },
    text: (style) => [
      ...cases.flatMap(({ file, line, name, failure }) =>
        failure === undefined ? [] : [`${style.bad("failed")} ${safe`${file}:${line}`}: ${name}: ${failure}`],
      ),
      failed === 0 ? style.good(summary) : style.bad(summary),
    ],
    exitCode: failed === 0 ? EXIT.yes : EXIT.no,
    yesOrNo: true,
    notices: tests.length > 0 ? [] : ["the documents are valid, and state no tests"],
  };
  return { view, report: { title: "rbac test", cases, json } };
}

const COLUMNS = [
  "passed",
  "file",
  "line",
  "user",
  "assume",
  "scope",
  "owner",
  "expected",
  "subject",
  "reason",
  "failure",
] as const;

/** `expected no, got yes: assigned author, which grants posts:publish` */
function failureText({ expected, decision }: TestOutcome): string {
  const mismatch = mismatchText(expected !== "cannot", decision.allowed);
  return `${mismatch}${limitsText(decision)}: ${reasonText(decision, PLAIN)}`;
}

/** What a test asks, with all that its answer depends on: `alice cannot posts:publish on acme owned by bob` */
function testText({ test, expected, subject }: TestOutcome): string {
  const { user, assume, activate, scope, owner, at, given } = test;
  const who = user ?? (assume.length === 0 ? "a stranger" : `somebody who assumes ${assume.join(", ")}`);
  const session = [
    user !== null && assume.length > 0 ? safe` assuming ${assume.join(", ")}` : "",
    activate.length > 0 ? safe` activating ${activate.join(", ")}` : "",
  ].join("");
  const where = `${scopeText(scope)}${owner === null ? "" : safe` owned by ${owner}`}`;
  const when = at === null ? "" : safe` at ${at}`;
  const attributes = given === null ? "" : safe` given ${JSON.stringify(given)}`;
  return `${safe`${who} ${expected} ${subject}`}${where}${session}${when}${attributes}`;
}
