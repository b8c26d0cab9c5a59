/** A table of routes as an app of hono. */
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { type Answering, answerRequest, type Params, refusing, type TextAnswer } from "./answering.ts";
import { HttpFault } from "./http/fault.ts";
import type { Route } from "./http/route.ts";
import type { App, Bindings } from "./listening/listener.ts";
import type { Sending } from "./listening/received.ts";

interface Env {
  Bindings: Bindings;
}

export function appOf(routes: readonly Route[], by: Answering): App {
  // Hono would clean up a path that it is given: it comes here as it was sent.
  const app = new Hono<Env>();
  for (const [path, methods] of byPath(routes)) {
    const otherwise = refusing(path, [...methods.values()][0]?.faults ?? "object", () => notAllowed(methods));
    app.all(path, (context) => {
      const { incoming, outgoing } = context.env;
      const params: Params = path.includes(":") ? context.req.param() : NO_PARAMS;
      return sent(answerRequest(methods.get(incoming.method ?? "") ?? otherwise, incoming, params, by), outgoing);
    });
  }
  const nowhere = refusing("", "object", () => new HttpFault(404, "ROUTE_NOT_FOUND", "nothing is here"));
  app.notFound(({ env: { incoming, outgoing } }) => sent(answerRequest(nowhere, incoming, NO_PARAMS, by), outgoing));
  return (request, bindings) => app.fetch(request, bindings);
}

const NO_PARAMS: Params = Object.freeze({});

function byPath(routes: readonly Route[]): ReadonlyMap<string, ReadonlyMap<string, Route>> {
  const paths = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const methods = paths.get(route.path) ?? new Map<string, Route>();
    paths.set(route.path, methods.set(route.method, route));
  }
  return paths;
}

function notAllowed(methods: ReadonlyMap<string, Route>): HttpFault {
  const named = [...methods].flatMap(([name, { streams }]) => (name === "GET" && !streams ? ["GET", "HEAD"] : [name]));
  const allow = named.join(", ");
  return new HttpFault(405, "METHOD_NOT_ALLOWED", `this takes ${allow}`, { allow });
}

/** A promise only where there is one: hono sends what is there at once. */
const sent = (reply: TextAnswer | Promise<TextAnswer>, sending: Sending): Response | Promise<Response> =>
  reply instanceof Promise ? reply.then((text) => responseOf(text, sending)) : responseOf(reply, sending);

function responseOf({ status, text, headers, goes }: TextAnswer, sending: Sending): Response {
  if (!goes) return new Response(text, { status, headers });
  void goes(sending, headers);
  return RESPONSE_ALREADY_SENT;
}
