/** Handlers of `Request` and `Response`, with a router of a few lines, on a bare server of Node. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { guarding } from "../../../../src/web/frameworks/fetch.ts";
import { type AnyGuard, isShape, type Kit, type Plan, type Route, type Running, type Shape } from "../kit.ts";
import { closed, listening } from "../requests.ts";
import { SECRET, SECRET_FILE } from "../secret.ts";

type Native = (request: Request) => Response | Promise<Response>;
type Middleware = (handler: Native) => Native;

/** An answer that comes in pieces. */
export function streamed(...pieces: readonly string[]): Response {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  return new Response(body);
}

const SHAPED: Record<Shape, Native> = {
  end: () => new Response(SECRET),
  chunks: () => streamed(SECRET.slice(0, 3), SECRET.slice(3)),
  writeHead: () => new Response(SECRET, { headers: { "x-secret": SECRET } }),
  stream: () => streamed(SECRET),
  file: () => new Response(readFileSync(SECRET_FILE)),
  redirect: () => new Response(null, { status: 302, headers: { location: `/${SECRET}` } }),
};

const PARAMS = new WeakMap<Request, Record<string, string>>();

/** The values of a pattern such as `/posts/:id`; `undefined` where the path is another. */
function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const names = [...pattern.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const match = new RegExp(`^${pattern.replace(/:\w+/g, "([^/]+)").replace("*", ".*")}$`).exec(path);
  return match
    ? Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? "")]))
    : undefined;
}

function handlerOf({ needs = [], handler }: Route): Native {
  const native: Native = async (request) => Response.json(await (handler as (c: object) => object)(request));
  const last = isShape(handler) ? SHAPED[handler] : "own" in handler ? (handler.own as Native) : native;
  return (needs as readonly Middleware[]).reduceRight((inner, need) => need(inner), last);
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = "GET", url = "/" } = incoming;
  return new Request(new URL(`http://localhost${url}`), {
    method,
    headers: incoming.headers as Record<string, string>,
  });
}

async function start({ routes, before }: Plan): Promise<Running> {
  const errors: unknown[] = [];
  const ready = routes.map((route) => ({ method: "GET", ...route, handler: handlerOf(route) }));
  const routed: Native = (request) => {
    const method = request.method === "HEAD" ? "GET" : request.method;
    for (const route of ready) {
      const params = method === route.method ? paramsOf(route.path, new URL(request.url).pathname) : undefined;
      if (!params) continue;
      PARAMS.set(request, params);
      return route.handler(request);
    }
    return new Response("nothing here", { status: 404 });
  };
  const handler = before ? (before as Middleware)(routed) : routed;
  const server = createServer(async (incoming, outgoing) => {
    const response = await Promise.resolve()
      .then(() => handler(requestOf(incoming)))
      .catch((error: Error) => {
        errors.push(error);
        return Response.json({ error: error.message }, { status: 500 });
      });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body && incoming.method !== "HEAD") Readable.fromWeb(response.body as NodeStream).pipe(outgoing);
    else outgoing.end();
  });
  return { port: await listening(server), app: routed, errors, close: () => closed(server) };
}

export const FETCH: Kit = {
  name: "fetch",
  packages: [],
  hasTrust: false,
  hasAddress: false,
  guarding: (policy, options) => guarding(policy, options as never) as unknown as AnyGuard,
  header: (c, name) => (c as Request).headers.get(name) ?? undefined,
  param: (c, name) => PARAMS.get(c as Request)?.[name] as string,
  start,
};
