/** One question by one request; and many, each answered in its place, as of one revision. */
import { after, type Soon } from "../../web/soon.ts";
import type { RouteAnswer, RouteRequest } from "../http/route.ts";
import type { Serving } from "../http/serving.ts";
import { ask } from "./asking.ts";
import { askAll } from "./asking-all.ts";
import { decisionOf, type SentDecision } from "./decisions.ts";
import type { Mapping } from "./mapping/mapping.ts";
import {
  broken,
  type EvaluationRequest,
  evaluationIn,
  isObject,
  optionalObject,
  type Properties,
} from "./mapping/reading.ts";
import { isOfRequest } from "./told-errors.ts";

/** After which decision no more are told, by the name of a semantic; `null` for none. */
const SEMANTICS: ReadonlyMap<unknown, boolean | null> = new Map([
  ["execute_all", null],
  ["deny_on_first_deny", false],
  ["permit_on_first_permit", true],
]);

const MEMBERS = ["subject", "action", "resource", "context"] as const;

/** Answers without a promise where the policy does. */
export function evaluationRoute(serving: Serving, mapping: Mapping, isEvident: boolean): Single {
  return ({ body, requestId }) =>
    after(ask(serving.policy, mapping, evaluationIn(body), requestId), (outcome) => ({
      status: 200,
      body: decisionOf(serving, outcome, isEvident),
    }));
}

type Single = (asked: RouteRequest) => Soon<RouteAnswer>;

/**
 * Answers all, or as far as its semantic goes.
 * @param single answers a request without evaluations, which is a single one
 * @throws HttpFault 400 for what is broken as a whole.
 */
export function evaluationsRoute(serving: Serving, mapping: Mapping, isEvident: boolean, single: Single) {
  return (asked: RouteRequest): Soon<RouteAnswer> => {
    const { body, requestId } = asked;
    const { evaluations } = body;
    const lastDecision = semanticIn(body);
    if (evaluations === undefined || evaluations === null) return single(asked);
    if (!Array.isArray(evaluations)) throw broken("evaluations must be a list");
    if (evaluations.length === 0) return single(asked);
    if (evaluations.length > serving.maxEvaluations)
      throw broken(`evaluations has ${evaluations.length} items, and may have ${serving.maxEvaluations}`);
    for (const member of MEMBERS) optionalObject(member, body[member]);
    return answerAll(evaluations.map((item) => itemOf(body, item)));

    async function answerAll(requests: readonly (EvaluationRequest | Error)[]): Promise<RouteAnswer> {
      const sent: SentDecision[] = [];
      for (const outcome of await askAll(serving, mapping, requests, requestId)) {
        const decision = decisionOf(serving, outcome, isEvident);
        sent.push(decision);
        if (decision.decision === lastDecision) break;
      }
      return { status: 200, body: { evaluations: sent } };
    }
  };
}

/** @throws HttpFault 400. */
function semanticIn(body: Properties): boolean | null {
  const semantic = optionalObject("options", body.options)?.evaluations_semantic ?? "execute_all";
  const last = SEMANTICS.get(semantic);
  if (last !== undefined) return last;
  throw broken(`options.evaluations_semantic must be ${[...SEMANTICS.keys()].join(", or ")}`);
}

/** An item with what it leaves out taken from above, each member whole; or what is wrong with it. */
function itemOf(body: Properties, item: unknown): EvaluationRequest | Error {
  try {
    if (!isObject(item)) throw broken("an evaluation must be an object");
    const whole: Record<string, unknown> = {};
    for (const member of MEMBERS) whole[member] = item[member] ?? body[member];
    return evaluationIn(whole);
  } catch (error) {
    if (isOfRequest(error)) return error;
    throw error;
  }
}
