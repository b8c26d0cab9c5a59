/** The view of the answers of `can` and `has`: yes or no, and the reason. */
import { EXIT } from "../../errors.ts";
import type { Decision, HasDecision } from "../../policy/evaluate/decide.ts";
import type { View } from "../render.ts";
import { safe } from "../sanitize.ts";
import type { Style } from "../style.ts";
import { limitsText, pathText, scopeText } from "./decision-path.ts";

type Answer = Decision | HasDecision;

/** The permission or the role of the question. */
const subject = (answer: Answer): string => ("permission" in answer ? answer.permission : answer.role);

const who = (answer: Answer): string => answer.user ?? "somebody";

/** The sentence that explains a yes or no. */
export function reasonText(answer: Answer, style: Style): string {
  const { user, scope } = answer;
  const target = safe`${subject(answer)}` + scopeText(scope);
  if (answer.reason === "disabled") return safe`${user ?? ""} is disabled`;
  if (answer.reason === "session") return safe`${who(answer)} does not hold every role to activate`;
  if (answer.reason === "none") {
    return "permission" in answer
      ? safe`nothing that ${who(answer)} holds allows ` + target
      : safe`${who(answer)} does not hold ` + target;
  }
  if (answer.reason === "condition") return safe`only when ${answer.when ?? "what is unknown is known"}`;
  return answer.because.map((path) => pathText(path, style)).join("; ");
}

/** That an answer is not the expected one. */
export const mismatchText = (expected: boolean, got: boolean): string =>
  `expected ${words(expected)}, got ${words(got)}`;

const words = (allowed: boolean): string => (allowed ? "yes" : "no");
export const yesOrNo = (allowed: boolean, style: Style): string =>
  allowed ? style.good(words(allowed)) : style.bad(words(allowed));

export interface DecisionAnswers {
  readonly revision: number;
  readonly decisions: readonly Answer[];
  /** True if one yes among several answers is enough. */
  readonly any: boolean;
  /** The answer that the asker expects; if given, it decides the exit code. */
  readonly expect: boolean | undefined;
  readonly notices?: readonly string[];
}

/** The view of one or more answers. Exit 0 for yes or as expected, 1 for no or not as expected (rule 9). */
export function decisionView({ revision, decisions, any, expect, notices = [] }: DecisionAnswers): View {
  const allowed = any ? decisions.some((answer) => answer.allowed) : decisions.every((answer) => answer.allowed);
  const yes = expect === undefined ? allowed : allowed === expect;
  return {
    json: { allowed, revision, ...(expect !== undefined && { expect }), decisions },
    table: {
      head: [
        "allowed",
        "user",
        decisions.some((answer) => "role" in answer) ? "role" : "permission",
        "scope",
        "reason",
      ],
      rows: decisions.map((answer) => [answer.allowed, answer.user, subject(answer), answer.scope, answer.reason]),
    },
    text: (style) => [
      yesOrNo(allowed, style),
      ...decisions.flatMap((answer) => answerLines(answer, decisions.length > 1, style)),
    ],
    exitCode: yes ? EXIT.yes : EXIT.no,
    yesOrNo: true,
    notices: yes || expect === undefined ? notices : [...notices, mismatchText(expect, allowed)],
  };
}

function answerLines(answer: Answer, several: boolean, style: Style): string[] {
  const lead = several ? `${safe`${subject(answer)}`}: ${yesOrNo(answer.allowed, style)}, ` : "";
  const line = `${lead}${style.faint(reasonText(answer, style))}`;
  const limits = limitsText(answer);
  return limits === "" ? [line] : [`${lead}yes${limits}`, line];
}
