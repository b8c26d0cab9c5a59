/** Results with the score of the tests: each mutant that survives, and the test that would kill it. */
import type { Mutant } from "../../policy/tests/mutants.ts";
import { type MutationScore, type Survivor, scoreOf } from "../../policy/tests/mutation.ts";
import { safe } from "../sanitize.ts";
import { flowText } from "./flow-text.ts";
import { NO_TESTS, withMore } from "./more.ts";
import type { Results } from "./test-results.ts";

/** @param least the least score in percent; below it, or without any test, the exit code is 1 */
export function withMutation(results: Results, mutation: MutationScore, least?: number): Results {
  const score = scoreOf(mutation);
  const hasTests = results.report.cases.length > 0;
  const isBelow = least !== undefined && (score < least || !hasTests);
  const shownScore = Math.floor(score);
  const failures = isBelow ? [hasTests ? `the score ${shownScore} % is below ${least} %` : NO_TESTS] : [];
  const { all, killed, equivalent, survivors } = mutation;
  const json = { all, killed, equivalent, score: shownScore, survivors: survivors.map(jsonOf) };
  const of = `(${killed} of ${all - equivalent})`;
  const counts = `mutants: ${all}, ${killed} killed, ${equivalent} equivalent, ${survivors.length} survive`;
  return withMore(results, {
    lines: [`${counts}: score ${shownScore} % ${of}`, ...survivors.flatMap(linesOf)],
    failures,
    json: { mutants: json },
  });
}

/** Results whose text is a document with the tests that would kill the survivors; in notices is what failed. */
export function asSuggestions({ view, report, failures = [] }: Results, { survivors }: MutationScore): Results {
  const tests = [...new Set(survivors.flatMap(({ test }) => (test ? [safe`  - ${flowText(test)}`] : [])))];
  const unknown = survivors.filter(({ test }) => test === null);
  const failed = report.cases.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}: ${failure}`]));
  const notices = [
    ...(view.notices ?? []),
    ...failed.map((text) => `failed ${text}`),
    ...failures,
    ...unknown.map((survivor) => safe`no test was found for the mutant ${mutantText(survivor)}`),
  ];
  const lines = ["rbac: 1", tests.length === 0 ? "tests: []" : "tests:", ...tests];
  return { view: { ...view, text: () => lines, notices }, report };
}

const jsonOf = (survivor: Survivor) => {
  const { kind, file, line, test } = survivor;
  return { mutant: mutantText(survivor), kind, file, line, test };
};

function linesOf(survivor: Survivor): string[] {
  const { file, line, test } = survivor;
  const place = file === null ? "" : safe`  ${file}:${line ?? 0}`;
  return [
    `survives  ${safe`${mutantText(survivor)}`}${place}: ${test ? whyText(test) : "no test was found that tells"}`,
    ...(test ? [safe`  - ${flowText(test)}`] : []),
  ];
}

/** What the slip did, as a command would: `ungrant editor posts:update`. */
function mutantText({ kind, from, to }: Mutant): string {
  if (kind === "widen-permission") return `${to?.words}, not ${from.row.permission}`;
  if (to) return to.words;
  const [verb, ...rest] = from.words.split(" ");
  const undone = { grant: "ungrant", deny: "ungrant --deny", inherit: "disinherit", assign: "revoke" };
  return [undone[verb as keyof typeof undone] ?? "without", ...(verb === "everyone" ? [verb] : []), ...rest].join(" ");
}

/** What no test asks yet. */
function whyText({ user, assume = [], can, cannot, has }: NonNullable<Survivor["test"]>): string {
  const who = user ?? (assume.length > 0 ? assume.join(", ") : "a stranger");
  if (has) return safe`no test asks whether ${who} has ${has.join(", ")}`;
  return can
    ? safe`no test asks ${who} for ${can.join(", ")}`
    : safe`no test says that ${who} cannot ${String(cannot)}`;
}
