/** Applications of Koa with `@koa/router`. */
import { createReadStream } from "node:fs";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { guarding } from "../../../../src/web/frameworks/koa.ts";
import { fromInterop } from "../../interop.ts";
import { type AnyGuard, isShape, type Kit, type Plan, type Running, type Shape } from "../kit.ts";
import { closed, listening } from "../requests.ts";
import { SECRET, SECRET_FILE } from "../secret.ts";

interface Context {
  readonly headers: Record<string, string>;
  readonly params: Record<string, string>;
  readonly res: ServerResponse;
  respond: boolean;
  status: number;
  body: unknown;
  redirect(path: string): void;
}
type Native = (context: Context, next: () => Promise<unknown>) => unknown;
interface App {
  proxy: boolean;
  use(middleware: unknown): void;
  on(event: "error", listener: () => void): void;
  callback(): RequestListener;
}
type Router = Record<"get" | "post" | "options", (path: string, ...handlers: unknown[]) => void> & { routes(): Native };

const raw =
  (answer: (response: ServerResponse) => unknown): Native =>
  (context) => {
    context.respond = false;
    context.res.statusCode = 200;
    answer(context.res);
  };

const SHAPED: Record<Shape, Native> = {
  end: raw((response) => response.end(SECRET)),
  chunks: raw((response) => {
    response.write(SECRET.slice(0, 3));
    response.write(SECRET.slice(3));
    response.end();
  }),
  writeHead: raw((response) => response.writeHead(200, { "x-secret": SECRET }).end(SECRET)),
  stream: (context) => {
    context.body = Readable.from([SECRET]);
  },
  file: (context) => {
    context.body = createReadStream(SECRET_FILE);
  },
  redirect: (context) => context.redirect(`/${SECRET}`),
};

async function start({ routes, before, trust }: Plan): Promise<Running> {
  const { default: Koa } = await fromInterop<{ default: new () => App }>("koa");
  const { default: KoaRouter } = await fromInterop<{ default: new () => Router }>("@koa/router");
  const [app, router, errors] = [new Koa(), new KoaRouter(), [] as unknown[]];
  app.proxy = trust ?? false;
  app.on("error", () => {}); // It is what an application logs by.
  if (before) app.use(before);
  app.use((async (context, next) => {
    try {
      await next();
    } catch (error) {
      errors.push(error);
      context.status = 500;
      context.body = { error: (error as Error).message };
    }
  }) satisfies Native);
  for (const { method = "GET", path, needs = [], handler } of routes) {
    const native: Native = async (context) => {
      context.body = await (handler as (c: object) => object)(context);
    };
    const last = isShape(handler) ? SHAPED[handler] : "own" in handler ? handler.own : native;
    router[method.toLowerCase() as "get"](path, ...needs, last);
  }
  app.use(router.routes());
  const server = createServer(app.callback());
  return { port: await listening(server), app, errors, close: () => closed(server) };
}

export const KOA: Kit = {
  name: "koa",
  packages: ["koa", "@koa/router"],
  hasTrust: true,
  hasAddress: true,
  guarding: (policy, options) => guarding(policy, options as never) as unknown as AnyGuard,
  header: (c, name) => (c as Context).headers[name],
  param: (c, name) => (c as Context).params[name] as string,
  start,
};
