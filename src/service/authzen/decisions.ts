/** Decisions as they are sent. */
import { RbacError } from "../../index.ts";
import type { Serving } from "../http/serving.ts";
import type { AnswerOrFault } from "./asking.ts";
import { isUnknown, type ToldError, told } from "./told-errors.ts";

export interface SentDecision {
  readonly decision: boolean;
  readonly context: Readonly<Record<string, unknown>> & { readonly error?: ToldError };
}

/** What is sent of an outcome, which is counted, and logged where there is a log. */
export function decisionOf({ policy, counts }: Serving, outcome: AnswerOrFault, isEvident: boolean): SentDecision {
  if (outcome instanceof Error) {
    if (outcome instanceof RbacError && isUnknown(outcome)) counts.unknownName();
    policy.decisions?.keep(outcome);
    return { decision: false, context: { error: told(outcome) } };
  }
  const { allowed, reason, revision } = outcome;
  counts.decided(allowed, reason);
  const id = policy.decisions?.keep(outcome);
  if (id === undefined && !isEvident) return { decision: allowed, context: { reason, revision } };
  const { because, except, unless, when } = outcome;
  const evidence = { because, except, ...(unless && { unless }), ...(when !== undefined && { when }) };
  return {
    decision: allowed,
    context: { reason, revision, ...(id !== undefined && { id }), ...(isEvident && evidence) },
  };
}
