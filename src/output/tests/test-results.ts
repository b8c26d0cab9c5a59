/** The outcomes of a policy's tests: as a view, the failed ones as lines, then the counts; and as a report. */
import { EXIT } from "../../errors.ts";
import type { Test, TestedChange } from "../../policy/document/facts.ts";
import type { QuestionOutcome, RefusalOutcome, TestOutcome } from "../../policy/tests/run-tests.ts";
import type { View } from "../render.ts";
import type { Report } from "../reports/report.ts";
import { safe } from "../sanitize.ts";
import { PLAIN } from "../style.ts";
import { mismatchText, reasonText } from "../views/decision.ts";
import { limitsText, scopeText } from "../views/decision-path.ts";

/** A test as its JSON shows it; `failure` says in words why it failed, and is `null` where it passed. */
const shown = (outcome: TestOutcome) => {
  const { test, expected, subject, passed } = outcome;
  const { user, assume, scope, owner, given, change } = test;
  const { line } = test.place.source.locate(test.place.path);
  const place = { file: test.place.source.name, line };
  const failure = passed ? null : failureText(outcome);
  const told = { passed, ...place, user, assume, scope, owner, given, expected, subject };
  if (!("refusals" in outcome)) return { ...told, reason: outcome.decision.reason, failure };
  const refusedBy = outcome.refusals.map(({ by }) => by);
  const reason = refusedBy.length > 0 ? "refused" : "taken";
  return { ...told, reason, failure, actor: change?.actor, refused: change?.refused, refusedBy };
};

export interface Results {
  readonly view: View;
  readonly report: Report;
  /** What keeps the run from passing beside failed tests, in words. */
  readonly failures?: readonly string[];
}

/** The view, with exit 1 if a test failed, and the report of the same results. */
export function testResults(outcomes: readonly TestOutcome[]): Results {
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

function failureText(outcome: TestOutcome): string {
  return "refusals" in outcome ? refusalText(outcome) : answerText(outcome);
}

/** `expected no, got yes: assigned author, which grants posts:publish` */
function answerText({ expected, decision }: QuestionOutcome): string {
  const mismatch = mismatchText(expected !== "cannot", decision.allowed);
  return `${mismatch}${limitsText(decision)}: ${reasonText(decision, PLAIN)}`;
}

/** `expected four-eyes to refuse it: it would be taken` */
function refusalText({ test, refusals }: RefusalOutcome): string {
  const { refused } = test.change;
  const expected = refused === false ? "it to be taken" : `${refused === true ? "something" : refused} to refuse it`;
  const messages = refusals.map(({ message }) => message).join("; ");
  const got = refusals.length === 0 ? "it would be taken" : `it would be refused: ${messages}`;
  return safe`expected ${expected}: ${got}`;
}

/** What a test asks, with all that its answer depends on: `alice cannot posts:publish on acme owned by bob` */
function testText({ test, expected, subject }: TestOutcome): string {
  if (test.change) return changeText(test, test.change);
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

/** `assign boss to ann on acme by root: refused by four-eyes` */
function changeText({ user, scope, at }: Test, { verb, roles, actor, refused }: TestedChange): string {
  const whom = safe`${verb} ${roles.join(", ")} ${verb === "assign" ? "to" : "from"} ${user ?? ""}`;
  const by = `${actor === null ? "" : safe` by ${actor}`}${at === null ? "" : safe` at ${at}`}`;
  const refusal = typeof refused === "string" ? safe`refused by ${refused}` : refused ? "refused" : "taken";
  return `${whom}${scopeText(scope)}${by}: ${refusal}`;
}
