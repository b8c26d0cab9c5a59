/** Asks many questions as of one revision. One that has no answer is told in its place. */
import { type CanAnswer, type CompiledQuestion, RbacError } from "../../index.ts";
import { after, recovering, type Soon } from "../../web/soon.ts";
import type { Serving } from "../http/serving.ts";
import { type AnswerOrFault, moving, permissionNow } from "./asking.ts";
import type { Mapping } from "./mapping/mapping.ts";
import type { EvaluationRequest } from "./mapping/reading.ts";
import { isOfRequest } from "./told-errors.ts";

/** How often all are asked again where the policy moves meanwhile. */
const MOST_TIMES = 8;

interface Asked {
  readonly place: number;
  readonly question: CompiledQuestion;
}

/** @param requests each, or what is wrong with it. @throws HttpFault (503), RbacError (exit 4) */
export async function askAll(
  { policy }: Serving,
  mapping: Mapping,
  requests: readonly (EvaluationRequest | Error)[],
  requestId: string,
): Promise<AnswerOrFault[]> {
  for (let times = 0; times < MOST_TIMES; times++) {
    await mapping.subjects.follow();
    const known = mapping.isEvident ? await policy.all([]) : undefined;
    const { moves } = policy;
    const permissions = requests.map((request) => permissionIn(mapping, request));
    const outcomes: (AnswerOrFault | undefined)[] = [];
    const asked: Asked[] = [];
    for (const [place, request] of requests.entries()) {
      const soon = request instanceof Error ? request : questionOf(mapping, request, permissions[place], requestId);
      const found = soon instanceof Promise ? await soon : soon;
      if (found instanceof Error) outcomes[place] = requestFault(found);
      else asked.push({ place, question: found });
    }
    const revision = await answersTo(policy, asked, outcomes);
    const isMeant = known
      ? known.revision === revision
      : policy.moves === moves || requests.every((request, at) => permissionIn(mapping, request) === permissions[at]);
    if (mapping.subjects.areAsOf(revision) && isMeant) return outcomes as AnswerOrFault[];
  }
  throw moving();
}

const permissionIn = (mapping: Mapping, request: EvaluationRequest | Error): string | undefined =>
  request instanceof Error ? undefined : permissionNow(mapping, request);

/** The question of a request, or what is wrong with it. @param permission `undefined` where none can be made of it */
function questionOf(
  mapping: Mapping,
  request: EvaluationRequest,
  permission: string | undefined,
  requestId: string,
): Soon<CompiledQuestion | Error> {
  return recovering<CompiledQuestion | Error>(() => {
    const asked = permission ?? mapping.permissionOf(request);
    return after(mapping.questionOf(request, asked, requestId), ({ user, options }) => {
      for (const name in options) if (name !== "on") return { ...options, user, permission: asked };
      return { on: options.on ?? null, user, permission: asked }; // Spreads cost more than an answer.
    });
  }, requestFault);
}

/** @throws what is not the fault of a request */
function requestFault(error: unknown): AnswerOrFault & Error {
  if (isOfRequest(error)) return error;
  throw error;
}

/** Asks all together. @returns the revision of the answers @throws what is not the fault of a request */
async function answersTo(
  policy: Serving["policy"],
  asked: readonly Asked[],
  outcomes: (AnswerOrFault | undefined)[],
): Promise<number> {
  const { revision, answers } = await policy.each(asked.map(({ question }) => question));
  for (const [at, { place }] of asked.entries()) {
    const answer = answers[at] as CanAnswer | RbacError;
    outcomes[place] = answer instanceof RbacError ? requestFault(answer) : answer;
  }
  return revision;
}
