/** AuthZEN over a policy in memory, asked without a socket. */

import type { Rbac } from "../../../src/index.ts";
import type { AuthzenOptions } from "../../../src/service/authzen/mapping/options.ts";
import { authzenRoutes } from "../../../src/service/authzen/routes.ts";
import { HttpFault } from "../../../src/service/http/fault.ts";
import type { RouteAnswer } from "../../../src/service/http/route.ts";
import { inMemory } from "../library.ts";

/** What is counted. */
interface Counted {
  readonly decided: string[];
  unknown: number;
}

export interface Asking {
  readonly rbac: Rbac;
  readonly counted: Counted;
  /** The status and the body of an answer; a fault as its status and its message. */
  ask(path: string, body: unknown, method?: string): Promise<RouteAnswer & { readonly body: Body }>;
  /** The answer of the route itself, or the promise of one. */
  now(path: string, body: unknown): RouteAnswer | Promise<RouteAnswer>;
  close(): Promise<void>;
}

/** What tests read of a body. */
export interface Body {
  readonly [member: string]: unknown;
  readonly decision?: boolean;
  readonly context?: Readonly<Record<string, unknown>> & { readonly error?: { readonly [name: string]: unknown } };
  readonly evaluations?: readonly Body[];
  readonly results?: readonly { readonly [name: string]: unknown }[];
  readonly page?: { readonly next_token: string; readonly count: number };
}

const NOBODY = { principal: null, by: null };

export async function askingOf(
  document: Parameters<Rbac["seed"]>[0] | Rbac,
  how: AuthzenOptions = {},
  maxEvaluations = 1000,
): Promise<Asking> {
  const rbac = isRbac(document) ? document : await inMemory(document);
  const policy = await rbac.compile();
  const counted: Counted = { decided: [], unknown: 0 };
  const counts = {
    decided: (allowed: boolean, reason: string) => counted.decided.push(`${allowed} ${reason}`),
    unknownName: () => {
      counted.unknown += 1;
    },
  };
  const routes = authzenRoutes({ policy, counts, maxEvaluations }, how);
  const now = (path: string, body: unknown, method = "POST") => {
    const route = routes.find((one) => one.path === path && one.method === method);
    if (!route) throw new HttpFault(404, "NOT_FOUND", "no such route");
    const query = new URLSearchParams();
    return route.answer({ body: body as Body, params: {}, headers: {}, query, caller: NOBODY, requestId: "request-1" });
  };
  return {
    rbac,
    counted,
    now,
    async ask(path, body, method) {
      try {
        const answer = await now(path, body, method);
        return { ...answer, body: JSON.parse(JSON.stringify(answer.body)) as Body };
      } catch (error) {
        if (error instanceof HttpFault) return { status: error.status, body: { message: error.message } };
        throw error;
      }
    },
    close: () => rbac.close(),
  };
}

const isRbac = (value: unknown): value is Rbac => typeof value === "object" && value !== null && "compile" in value;
