/** Lines of a log that are answered otherwise when they are asked again. */
import type { CertainAnswer } from "./answering-policy.ts";
import type { LoggedDecision } from "./lines-of-database.ts";
import { type ShownAnswer, type ShownQuestion, shown, shownAnswer } from "./shown-question.ts";

/** A line that is answered otherwise. */
export interface Disagreement extends ShownQuestion {
  readonly file: string;
  readonly line: number;
  readonly at: string;
  readonly revision: number;
  readonly logged: ShownAnswer;
  readonly replayed: ShownAnswer;
}

export const agrees = ({ decision, reason }: LoggedDecision, answer: CertainAnswer): boolean =>
  "reason" in answer && answer.allowed === decision && answer.reason === reason;

export const disagreement = (line: LoggedDecision, answer: CertainAnswer): Disagreement => ({
  file: line.file,
  line: line.number,
  at: line.at,
  revision: line.revision,
  ...shown(line.asked),
  logged: { decision: line.decision, reason: line.reason },
  replayed: shownAnswer(answer),
});
