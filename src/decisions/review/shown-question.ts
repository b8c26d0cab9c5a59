/** A question as results about logs show it, and its answer. */
import type { Scope } from "../../policy/model/scopes.ts";
import type { CertainAnswer } from "./answering-policy.ts";
import type { AskedAgain } from "./asked-again.ts";

/** A question as results show it. */
export interface ShownQuestion {
  readonly user: string | null;
  /** One of both is null. */
  readonly permission: string | null;
  readonly role: string | null;
  readonly scope: Scope;
}

export const shown = ({ user, topic, isRole, scope }: AskedAgain): ShownQuestion => ({
  user,
  permission: isRole ? null : topic,
  role: isRole ? topic : null,
  scope,
});

/** What was answered, or the code of the error in its place. */
export interface ShownAnswer {
  readonly decision: boolean | null;
  readonly reason: string;
}

/** An answer as results show it. */
export const shownAnswer = (answer: CertainAnswer): ShownAnswer =>
  "reason" in answer ? { decision: answer.allowed, reason: answer.reason } : { decision: null, reason: answer.error };
