/** The view of the outcomes of a policy's tests: the failed ones as lines, then the counts; exit 1 if one failed. */
import { EXIT } from "../../errors.ts";
import type { TestOutcome } from "../../policy/document/policy-tests.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";

export function testsView(outcomes: readonly TestOutcome[]): View {
  const results = outcomes.map(({ test, expected, subject, passed, decision }) => {
    const { user, assume, scope, owner } = test;
    const { line } = test.place.source.locate(test.place.path);
    return {
      passed,
      file: test.place.source.name,
      line,
      user,
      assume,
      scope,
      owner,
      expected,
      subject,
      reason: decision.reason,
    };
  });
  const failed = results.filter((test) => !test.passed);
  const summary = `${results.length - failed.length} passed, ${failed.length} failed`;
  return {
    json: { passed: results.length - failed.length, failed: failed.length, tests: results },
    table: {
      head: ["passed", "file", "line", "user", "assume", "scope", "owner", "expected", "subject", "reason"],
      rows: results.map((test) => [
        test.passed,
        test.file,
        test.line,
        test.user,
        test.assume,
        test.scope,
        test.owner,
        test.expected,
        test.subject,
        test.reason,
      ]),
    },
    text: (style) => [
      ...failed.map(({ file, line, user, assume, scope, owner, expected, subject, reason }) => {
        const who = user ?? (assume.length === 0 ? "a stranger" : `somebody who assumes ${assume.join(", ")}`);
        const where = `${scope === null ? "" : ` on ${scope}`}${owner === null ? "" : ` owned by ${owner}`}`;
        const question = safe`${file}:${line}: ${who} ${expected} ${subject}${where}: the answer is ${reason}`;
        return `${style.bad("failed")} ${question}`;
      }),
      failed.length === 0 ? style.good(summary) : style.bad(summary),
    ],
    exitCode: failed.length === 0 ? EXIT.yes : EXIT.no,
    yesOrNo: true,
    notices: results.length > 0 ? [] : ["the documents are valid, and state no tests"],
  };
}
