/** A server of the tests: with one route that decides, and a table of keys. */
import type { Callers } from "../../../src/service/http/callers.ts";
import type { Route } from "../../../src/service/http/route.ts";
import type { Serving } from "../../../src/service/http/serving.ts";
import { type Service, type ServiceOptions, start } from "../../../src/service/start.ts";
import { keyedCallers } from "./keyed-callers.ts";

/** `POST /ask` of `{"user", "permission"}`; and routes that need a right, take long, name people, or fail. */
const askingRoutes = ({ policy, counts }: Serving): readonly Route[] => {
  const post = { method: "POST", body: "json", faults: "message", right: "rbac:read", summary: "Ask" } as const;
  const get = { method: "GET", body: "none", faults: "object", right: "rbac:read", summary: "Look" } as const;
  const ask: Route["answer"] = async ({ body, requestId }) => {
    const { user, permission } = body as { readonly user: string; readonly permission: string };
    const { allowed, reason, revision } = await policy.can(user, permission, { requestId });
    counts.decided(allowed, reason);
    return { status: 200, body: { decision: allowed, revision } };
  };
  return [
    { ...post, path: "/ask", access: "loopback", isLive: true, decides: true, answer: ask },
    { ...post, path: "/ask/by-key", access: "callers", isLive: true, decides: true, faults: "object", answer: ask },
    { ...post, path: "/echo", access: "everybody", answer: ({ body }) => ({ status: 200, body }) },
    {
      ...get,
      path: "/who",
      access: "callers",
      answer: ({ caller }) => ({ status: 200, body: { principal: caller.principal }, people: 3 }),
    },
    {
      ...get,
      path: "/of/:name",
      access: "everybody",
      answer: ({ params, query }) => ({ status: 200, body: { name: params.name, q: query.get("q") } }),
    },
    {
      ...get,
      path: "/slow",
      access: "everybody",
      answer: ({ query }) =>
        new Promise((resolve) => {
          setTimeout(() => resolve({ status: 200, body: { slow: true } }), Number(query.get("ms")));
        }),
    },
    {
      ...get,
      path: "/broken",
      access: "everybody",
      answer: () => {
        throw new TypeError("at /etc/secret.ts:12 of a bug");
      },
    },
  ];
};

export interface Started extends Service {
  readonly port: number;
  readonly told: string[];
}

/** Starts one on a free port. @param callers by default those of `KEYS` */
export async function started(
  options: Partial<ServiceOptions> & { readonly database: string },
  callers: Callers = keyedCallers({ good: ["alice", "rbac:read"], poor: ["bob"] }),
): Promise<Started> {
  const told: string[] = [];
  const service = await start({
    listen: "127.0.0.1:0",
    isAdministered: false,
    maxBody: 10_000,
    maxEvaluations: 10,
    timeout: 2000,
    drain: 2000,
    version: "1.2.3",
    routes: askingRoutes,
    callers: async () => callers,
    hasCallers: async () => true,
    say: (line) => {
      told.push(line);
    },
    ...options,
  });
  return { ...service, port: Number(new URL(service.url).port), told };
}
