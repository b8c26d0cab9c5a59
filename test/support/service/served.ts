/** Routes of the service on a plain server of Node, for what is tried over a real connection. */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { type Compiled, RbacError } from "../../../src/index.ts";
import { askingRoutes } from "../../../src/service/asking/asking-routes.ts";
import type { Route, RouteAnswer } from "../../../src/service/http/route.ts";
import type { Serving } from "../../../src/service/http/serving.ts";
import { closed, listening } from "../web/requests.ts";

/** What was counted while a policy was served. */
export interface Counted {
  readonly decided: string[];
  unknown: number;
}

export function servingOf(policy: Compiled, maxEvaluations = 1000): Serving & { readonly counted: Counted } {
  const counted: Counted = { decided: [], unknown: 0 };
  const counts = {
    decided: (allowed: boolean, reason: string) => void counted.decided.push(`${allowed} ${reason}`),
    unknownName: () => {
      counted.unknown += 1;
    },
  };
  return { policy, counts, maxEvaluations, counted };
}

/** A request as a route gets it. */
export const askedWith = (body: object, requestId = "r-1") => ({
  body: body as Readonly<Record<string, unknown>>,
  params: {},
  query: new URLSearchParams(),
  headers: {},
  caller: { principal: null, by: null },
  requestId,
});

export interface Served {
  readonly url: string;
  readonly port: number;
  /** The path of each request, and the body that it came with. */
  readonly requests: { readonly path: string; readonly body: string }[];
  readonly serving: ReturnType<typeof servingOf>;
  /** Closes the connections that wait for another request. */
  closeIdle(): void;
  close(): Promise<void>;
}

/** @param key what a request must come with, if anything */
export async function served(policy: Compiled, key?: string): Promise<Served> {
  const serving = servingOf(policy);
  const routes = askingRoutes(serving);
  const requests: Served["requests"] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const path = request.url ?? "";
    requests.push({ path, body });
    const isKnown = key === undefined || request.headers.authorization === `Bearer ${key}`;
    const { status, body: answer } = isKnown
      ? await answerOf(routes, path, body)
      : {
          status: 401,
          body: { error: { code: "UNAUTHENTICATED", message: `${request.headers.authorization} is unknown` } },
        };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  const port = await listening(server);
  const url = `http://127.0.0.1:${port}`;
  const close = () => closed(server);
  return { url, port, requests, serving, closeIdle: () => server.closeIdleConnections(), close };
}

async function answerOf(routes: readonly Route[], path: string, body: string): Promise<RouteAnswer> {
  const route = routes.find((one) => one.path === path);
  if (!route) return { status: 404, body: { error: { code: "NOT_FOUND", message: "there is nothing here" } } };
  try {
    return await route.answer(askedWith(JSON.parse(body)));
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const { code, message, exitCode, suggestions } = error;
    if (exitCode !== 2 || code === "CLOSED")
      return { status: 503, body: { error: { code: "DATABASE_AWAY", message: "try again", exitCode: 4 } } };
    return { status: 400, body: { error: { code, message, exitCode, suggestions } } };
  }
}
