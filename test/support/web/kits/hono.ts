/** Applications of Hono on Node. */
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { guarding } from "../../../../src/web/frameworks/hono.ts";
import { fromInterop } from "../../interop.ts";
import { type AnyGuard, isShape, type Kit, type Plan, type Running, type Shape } from "../kit.ts";
import { closed, listening } from "../requests.ts";
import { SECRET, SECRET_FILE } from "../secret.ts";
import { streamed } from "./fetch.ts";

interface Context {
  readonly req: { header(name: string): string | undefined; param(name: string): string };
  json(value: object, status?: number): Response;
  redirect(path: string): Response;
}
type Native = (context: Context, next: () => Promise<void>) => unknown;
interface App {
  use(middleware: unknown): void;
  on(method: string, path: string, ...handlers: unknown[]): void;
  onError(handler: (error: Error, context: Context) => Response): void;
  readonly fetch: unknown;
}

const SHAPED: Record<Shape, Native> = {
  end: () => new Response(SECRET),
  chunks: () => streamed(SECRET.slice(0, 3), SECRET.slice(3)),
  writeHead: () => new Response(SECRET, { headers: { "x-secret": SECRET } }),
  stream: () => streamed(SECRET),
  file: () => new Response(readFileSync(SECRET_FILE)),
  redirect: (context) => context.redirect(`/${SECRET}`),
};

async function start({ routes, before }: Plan): Promise<Running> {
  const { Hono } = await fromInterop<{ Hono: new () => App }>("hono");
  const { createAdaptorServer } = await fromInterop<{ createAdaptorServer: (options: object) => Server }>(
    "@hono/node-server",
  );
  const app = new Hono();
  const errors: unknown[] = [];
  app.onError((error, context) => {
    errors.push(error);
    return context.json({ error: error.message }, 500);
  });
  if (before) app.use(before);
  for (const { method = "GET", path, needs = [], handler } of routes) {
    const native = async (context: Context) => context.json(await (handler as (c: object) => object)(context));
    const last = isShape(handler) ? SHAPED[handler] : "own" in handler ? handler.own : native;
    app.on(method, path, ...needs, last);
  }
  const server = createAdaptorServer({ fetch: app.fetch });
  return { port: await listening(server), app, errors, close: () => closed(server) };
}

export const HONO: Kit = {
  name: "hono",
  packages: ["hono", "@hono/node-server"],
  hasTrust: false,
  hasAddress: true,
  guarding: (policy, options) => guarding(policy, options as never) as unknown as AnyGuard,
  header: (c, name) => (c as Context).req.header(name),
  param: (c, name) => (c as Context).req.param(name),
  start,
};
