/** Asks the policy what one request asks, so that the answer is about the names that the request means then. */
import { type CanAnswer, type Compiled, RbacError } from "../../index.ts";
import { after, recovering, type Soon } from "../../web/soon.ts";
import { HttpFault } from "../http/fault.ts";
import type { Mapping } from "./mapping/mapping.ts";
import type { EvaluationRequest } from "./mapping/reading.ts";
import { isOfRequest } from "./told-errors.ts";

/** What the policy says, or what of the request it cannot answer. */
export type AnswerOrFault = CanAnswer | RbacError | HttpFault;

/** How often a question is asked again where the policy moves meanwhile, so that its names mean something else. */
const MOST_TIMES = 8;

export const moving = (): HttpFault =>
  new HttpFault(503, "POLICY_MOVING", "the policy changes faster than this can be answered: ask again", {
    "retry-after": "1",
  });

/** @throws HttpFault (503), RbacError for what is not the request's fault */
export function ask(
  policy: Compiled,
  mapping: Mapping,
  request: EvaluationRequest,
  requestId: string,
  times = MOST_TIMES,
): Soon<AnswerOrFault> {
  let permission: string | undefined;
  const again = () => {
    if (times === 0) throw moving();
    return ask(policy, mapping, request, requestId, times - 1);
  };
  /** @param revision the one that the catalogue is known to be of; left out, the answer is of the same as that */
  const answer = (revision?: number): Soon<AnswerOrFault> => {
    const { moves } = policy;
    permission = mapping.permissionOf(request);
    return after(mapping.questionOf(request, permission, requestId), ({ user, permission: asked, options }) =>
      after(policy.canSoon(user, asked, options), (given) => {
        const isMeant =
          revision === undefined
            ? policy.moves === moves || mapping.permissionOf(request) === asked
            : given.revision === revision;
        return isMeant && mapping.subjects.areAsOf(given.revision) ? given : again();
      }),
    );
  };
  const start = () => (mapping.isEvident ? policy.all([]).then(({ revision }) => answer(revision)) : answer());
  return recovering(start, (error) => {
    if (!isOfRequest(error)) throw error;
    if (permission === undefined && times === MOST_TIMES) return after(policy.all([]), again); // As of now.
    if (permission === undefined) return error;
    // Its names may mean something else by now: the permission, and a user who was looked up before.
    if (permissionNow(mapping, request) !== permission) return again();
    if (times < MOST_TIMES) return error;
    // Nor may it be told while the database is away, or to a caller who may ask no more: so the policy is looked at.
    return after(policy.all([]), ({ revision }) =>
      mapping.subjects.areAsOf(revision) && permissionNow(mapping, request) === permission ? error : again(),
    );
  });
}

/** The permission that a request asks about now; `undefined` where none can be made of it. */
export function permissionNow(mapping: Mapping, request: EvaluationRequest): string | undefined {
  try {
    return mapping.permissionOf(request);
  } catch (error) {
    if (error instanceof RbacError) return undefined;
    throw error;
  }
}
