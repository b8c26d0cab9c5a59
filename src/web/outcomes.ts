/** What the policy says of a need, made of its answers. */
import type { CanAnswer } from "../index.ts";

/** What the policy says of a need. It is open while it depends on what is not known yet. */
export interface Outcome {
  readonly answer: "yes" | "no" | "open";
  /** The names for which it does not say yes. */
  readonly missing: readonly string[];
  readonly reason: string;
  /** The answers that it is made of, where decisions are logged. */
  readonly answers?: readonly object[];
}

export type NeedAnswer = Pick<CanAnswer, "allowed" | "reason">;

/** How questions are logged: in this process only those that decide, once it is known that they do. */
export type GuardLogging = { readonly requestId?: string; readonly log?: "later" } | undefined;

export const YES: Outcome = { answer: "yes", missing: [], reason: "allow" };
export const NO: Outcome = { answer: "no", missing: [], reason: "none" };

/** The answers to several names as one. */
export function together(
  names: readonly string[],
  answers: readonly NeedAnswer[],
  all: boolean,
  logging: GuardLogging,
): Outcome {
  const outcome = outcomeOf(names, answers, all);
  return logging ? { ...outcome, answers } : outcome;
}

function outcomeOf(names: readonly string[], answers: readonly NeedAnswer[], all: boolean): Outcome {
  const refused = answers.filter(({ allowed }) => !allowed);
  const missing = names.filter((_, at) => !answers[at]?.allowed);
  const isYes = all ? refused.length === 0 : refused.length < answers.length;
  if (isYes && names.length > 0) return YES;
  const isOpen = ({ reason }: NeedAnswer) => reason === "condition";
  const mayBecomeYes = all ? refused.every(isOpen) : refused.some(isOpen);
  const { reason = "none" } = refused.find((answer) => isOpen(answer) === mayBecomeYes) ?? {};
  return { answer: mayBecomeYes ? "open" : "no", missing, reason };
}
