/** AuthZEN 1.0 as routes. */
import type { Route } from "../http/route.ts";
import type { Serving } from "../http/serving.ts";
import { actionSearch } from "./action-search.ts";
import { evaluationRoute, evaluationsRoute } from "./evaluations.ts";
import { Mapping } from "./mapping/mapping.ts";
import { AUTHZEN_DEFAULTS, type AuthzenOptions } from "./mapping/options.ts";
import { metadata, metadataPath } from "./metadata.ts";
import { resourceSearch } from "./resource-search.ts";
import { searchRoute } from "./search.ts";
import { subjectSearch } from "./subject-search.ts";

/** What every decision is asked by. */
const POST = { method: "POST", access: "loopback", right: "rbac:read", body: "json", faults: "message" } as const;

/**
 * @throws RbacError (exit 2) for an option that cannot be read.
 */
export function authzenRoutes(serving: Serving, how: AuthzenOptions): Route[] {
  const mapping = new Mapping(serving.policy, how);
  const isEvident = how.evidence ?? AUTHZEN_DEFAULTS.evidence;
  const single = evaluationRoute(serving, mapping, isEvident);
  const search = "/access/v1/search";
  // Also with evidence, which the database gives: the policy is brought to its revision, or it is asked again.
  const decides = { decides: true, isLive: true } as const;
  const { resources } = mapping;
  const asking: (Route & { readonly endpoint: string })[] = [
    {
      ...{ ...POST, ...decides },
      endpoint: "access_evaluation_endpoint",
      path: "/access/v1/evaluation",
      summary: "May a subject do an action with a resource?",
      answer: single,
    },
    {
      ...{ ...POST, ...decides },
      endpoint: "access_evaluations_endpoint",
      path: "/access/v1/evaluations",
      summary: "Many such questions, all answered as of one revision.",
      answer: evaluationsRoute(serving, mapping, isEvident, single),
    },
    {
      ...POST,
      endpoint: "search_action_endpoint",
      path: `${search}/action`,
      summary: "Which actions may a subject do with a resource?",
      answer: searchRoute(serving, mapping, how, actionSearch(serving, mapping)),
    },
  ];
  if (mapping.subjects.areNamed)
    asking.push({
      ...POST,
      endpoint: "search_subject_endpoint",
      path: `${search}/subject`,
      summary: "Which subjects may do an action with a resource?",
      answer: searchRoute(serving, mapping, how, subjectSearch(serving, mapping)),
    });
  if (resources)
    asking.push({
      ...POST,
      endpoint: "search_resource_endpoint",
      path: `${search}/resource`,
      summary: "With which of the listed resources may a subject do an action?",
      answer: searchRoute(serving, mapping, how, resourceSearch(resources)),
    });
  const paths = Object.fromEntries(asking.map(({ endpoint, path }) => [endpoint, path]));
  const describing: Route = {
    method: "GET",
    path: metadataPath(how.publicUrl),
    access: "everybody",
    right: null,
    body: "none",
    faults: "message",
    summary: "What of AuthZEN is offered, and where.",
    answer: metadata(how.publicUrl, paths),
  };
  return [...asking.map(({ endpoint: _, ...route }) => route), describing];
}
