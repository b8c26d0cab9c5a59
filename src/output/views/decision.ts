/** Yes or no, and the reason: the answers of `can` and `has`. */
import { EXIT } from "../../errors.ts";
import type { Decision, Holds } from "../../policy/evaluate/decide.ts";
import type { Ink } from "../color.ts";
import type { View } from "../render.ts";
import { say } from "../sanitize.ts";
import { exceptText, pathText, scopeText } from "./decision-path.ts";

type Answer = Decision | Holds;

/** What was asked about: a permission or a role. */
const subject = (answer: Answer): string => ("permission" in answer ? answer.permission : answer.role);

const who = (answer: Answer): string => answer.user ?? "somebody";

/** The sentence that follows a bare yes or no. */
export function reasonText(answer: Answer): string {
  const { user, scope } = answer;
  const what = say`${subject(answer)}` + scopeText(scope);
  if (answer.reason === "disabled") return say`${user ?? ""} is disabled`;
  if (answer.reason === "session") return say`${who(answer)} does not hold every role to activate`;
  if (answer.reason === "none") {
    return "permission" in answer
      ? say`nothing that ${who(answer)} holds allows ` + what
      : say`${who(answer)} does not hold ` + what;
  }
  return answer.because.map(pathText).join("; ");
}

export const verdict = (allowed: boolean, ink: Ink): string => (allowed ? ink.good("yes") : ink.bad("no"));

export interface Asked {
  readonly revision: number;
  readonly decisions: readonly Answer[];
  /** With several answers, whether one yes is enough. */
  readonly any: boolean;
  /** The answer that the asker expects, if any: then it decides the exit code. */
  readonly expect: boolean | undefined;
  readonly talk?: readonly string[];
}

/** The view of one or more answers; the exit code is 0 for yes and 1 for no, or for as expected and not (rule 9). */
export function decisionView({ revision, decisions, any, expect, talk = [] }: Asked): View {
  const allowed = any ? decisions.some((answer) => answer.allowed) : decisions.every((answer) => answer.allowed);
  const yes = expect === undefined ? allowed : allowed === expect;
  return {
    json: { allowed, revision, decisions },
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
    text: (ink) => [
      verdict(allowed, ink),
      ...decisions.flatMap((answer) => answerLines(answer, decisions.length > 1, ink)),
    ],
    exitCode: yes ? EXIT.yes : EXIT.no,
    yesOrNo: true,
    talk,
  };
}

function answerLines(answer: Answer, several: boolean, ink: Ink): string[] {
  const lead = several ? `${say`${subject(answer)}`}: ${verdict(answer.allowed, ink)}, ` : "";
  const line = `${lead}${ink.faint(reasonText(answer))}`;
  return answer.except.length === 0 ? [line] : [`${lead}yes, except on ${exceptText(answer.except)}`, line];
}
