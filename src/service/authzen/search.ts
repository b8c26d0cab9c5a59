/** What the three searches share: the results are those of which the policy says yes when it is asked. */
import type { Extent } from "../../index.ts";
import type { RouteAnswer, RouteRequest } from "../http/route.ts";
import type { Serving } from "../http/serving.ts";
import { askAll } from "./asking-all.ts";
import type { Mapping } from "./mapping/mapping.ts";
import type { AuthzenOptions } from "./mapping/options.ts";
import { AUTHZEN_DEFAULTS } from "./mapping/options.ts";
import { broken, type EvaluationRequest, type Properties } from "./mapping/reading.ts";
import { type Keyed, type PageAsked, pageIn, sentPage } from "./paging.ts";
import { isNobody, isOfRequest, isUnknown } from "./told-errors.ts";

/** A result that may be one, with its question; without one it is certain. */
export interface PossibleResult extends Keyed {
  readonly request?: EvaluationRequest | undefined;
}

/** A search: how its request is read, and where its candidates come from. */
export interface Search<R extends object> {
  readonly name: "subject" | "action" | "resource";
  /** All that bears on the results. @throws HttpFault 400 */
  read(body: Properties): R;
  /** The candidates behind a key, in the order of their keys, in parts of about this many. */
  candidates(request: R, after: string, size: number, requestId: string): AsyncIterable<readonly PossibleResult[]>;
}

/** True for a row of a list that holds whatever the attributes and the owner are. */
export const isCertain = ({ own, when, unless }: Pick<Extent, "own" | "when" | "unless">): boolean =>
  own === "any" && when === undefined && unless === undefined;

/** The fewest candidates that are looked at together. */
const FEWEST = 100;

export function searchRoute<R extends object>(
  serving: Serving,
  mapping: Mapping,
  { pageSize = AUTHZEN_DEFAULTS.pageSize }: AuthzenOptions,
  search: Search<R>,
) {
  return async ({ body, requestId }: RouteRequest): Promise<RouteAnswer> => {
    const request = search.read(body);
    const page = pageIn(body, search.name, request, pageSize);
    const results = await found(serving, mapping, search, request, page, requestId);
    const people = search.name === "subject" ? { people: Math.min(results.length, page.limit) } : {};
    return { ...sentPage(results, page), ...people };
  };
}

/** The results of a page, and one more where there is one. */
async function found<R extends object>(
  serving: Serving,
  mapping: Mapping,
  search: Search<R>,
  request: R,
  { after, limit }: PageAsked,
  requestId: string,
): Promise<Keyed[]> {
  const results: Keyed[] = [];
  try {
    await serving.policy.all([]); // What names mean depends on the catalogue as it is now.
    for await (const part of search.candidates(request, after, Math.max(limit + 1, FEWEST), requestId)) {
      for (const result of await allowedOf(serving, mapping, part, requestId)) results.push(result);
      if (results.length > limit) break;
    }
    return results;
  } catch (error) {
    // A name that nobody has may nothing, and nothing may be done with it: an empty answer, by the standard.
    if (isNobody(error)) {
      if (isUnknown(error)) serving.counts.unknownName();
      return [];
    }
    throw isOfRequest(error) ? broken(error.message) : error;
  }
}

async function allowedOf(
  serving: Serving,
  mapping: Mapping,
  candidates: readonly PossibleResult[],
  requestId: string,
): Promise<readonly PossibleResult[]> {
  const requests = candidates.flatMap(({ request }) => request ?? []);
  if (requests.length === 0) return candidates;
  const outcomes = await askAll(serving, mapping, requests, requestId);
  let at = 0;
  return candidates.filter(({ request }) => {
    if (!request) return true;
    const outcome = outcomes[at++];
    return outcome !== undefined && "allowed" in outcome && outcome.allowed;
  });
}
