/** A table of routes as an app of hono. */
import { Hono } from "hono";
import { type Answering, answerRequest, type Params, refusing, type TextAnswer } from "./answering.ts";
import { HttpFault } from "./http/fault.ts";
import type { Route } from "./http/route.ts";
import type { App, Bindings } from "./listening/listener.ts";

interface Env {
  Bindings: Bindings;
}

export function appOf(routes: readonly Route[], by: Answering): App {
  // Hono would clean up a path that it is given: it comes here as it was sent.
  const app = new Hono<Env>();
  for (const [path, methods] of byPath(routes)) {
    const otherwise = refusing(path, [...methods.values()][0]?.faults ?? "object", () => notAllowed(methods));
    app.all(path, (context) => {
      const { incoming } = context.env;
      const params: Params = path.includes(":") ? context.req.param() : NO_PARAMS;
      return sent(answerRequest(methods.get(incoming.method ?? "") ?? otherwise, incoming, params, by));
    });
  }
  const nowhere = refusing("", "object", () => new HttpFault(404, "ROUTE_NOT_FOUND", "nothing is here"));
  app.notFound((context) => sent(answerRequest(nowhere, context.env.incoming, NO_PARAMS, by)));
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
  const allow = [...methods.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  return new HttpFault(405, "METHOD_NOT_ALLOWED", `this takes ${allow}`, { allow });
}

/** A promise only where there is one: hono sends what is there at once. */
const sent = (reply: TextAnswer | Promise<TextAnswer>): Response | Promise<Response> =>
  reply instanceof Promise ? reply.then(responseOf) : responseOf(reply);

const responseOf = ({ status, text, headers }: TextAnswer): Response => new Response(text, { status, headers });
