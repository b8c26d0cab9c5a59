/** The routes by which a server is looked after. */
import { HttpFault } from "../http/fault.ts";
import type { Route, RouteAnswer } from "../http/route.ts";
import { describeInterface } from "./interface-description.ts";
import type { Metrics } from "./metrics.ts";

export interface Operations {
  readonly metrics: Metrics;
  /** The version of the program. */
  readonly version: string;
  /** Where others reach the server. */
  readonly publicUrl: string | undefined;
  /** The revision that the database is at. @throws RbacError, HttpFault where it does not answer */
  look(): Promise<number>;
  /** How many decisions were not logged that should have been. */
  unloggedDecisions(): number;
  /** How many read answers that go on. */
  eventListeners(): number;
  /** True once the server ends. */
  isEnding(): boolean;
  /** Every route of the server. */
  routes(): readonly Route[];
}

const GET = { method: "GET", body: "none", faults: "object", right: null } as const;

export const operationRoutes = (operations: Operations): readonly Route[] => [
  {
    ...GET,
    path: "/healthz",
    access: "everybody",
    summary: "Say that the server is alive, whatever its database does",
    answer: () => ({ status: 200, body: { status: "alive" } }),
  },
  {
    ...GET,
    path: "/readyz",
    access: "everybody",
    summary: "Say whether decisions can be asked for: the policy is compiled, and its database answers",
    answer: () => ready(operations),
  },
  {
    ...GET,
    path: "/metrics",
    access: "loopback",
    right: "rbac:read",
    withoutDatabase: true,
    summary: "Metrics for Prometheus",
    answer: async () => ({ status: 200, body: await metricsText(operations), headers: PROMETHEUS }),
  },
  {
    ...GET,
    path: "/openapi.json",
    access: "everybody",
    summary: "This description",
    answer: async () => ({ status: 200, body: await describeInterface(operations) }),
  },
];

const PROMETHEUS = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };

async function ready({ look, isEnding }: Operations): Promise<RouteAnswer> {
  if (isEnding()) throw new HttpFault(503, "ENDING", "the server ends: ask another");
  return { status: 200, body: { status: "ready", revision: await look() } };
}

/** Metrics are answered also while the database is away: that is when they are looked at. */
async function metricsText({ metrics, look, unloggedDecisions, eventListeners }: Operations): Promise<string> {
  try {
    metrics.seen(await look());
  } catch {
    // The lag tells.
  }
  return metrics.text({ unloggedDecisions: unloggedDecisions(), eventListeners: eventListeners() });
}
