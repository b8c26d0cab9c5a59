/** Applications of Express. */
import { createServer, type RequestListener } from "node:http";
import { Readable } from "node:stream";
import { guarding } from "../../../../src/web/frameworks/express.ts";
import type { NodeResponse } from "../../../../src/web/frameworks/node-response.ts";
import { fromInterop } from "../../interop.ts";
import { type AnyGuard, isShape, type Kit, type Plan, type Running, type Shape } from "../kit.ts";
import { closed, listening } from "../requests.ts";
import { SECRET, SECRET_FILE } from "../secret.ts";

type Request = { readonly headers: Record<string, string>; readonly params: Record<string, string> };
type Response = NodeResponse & {
  write(text: string): void;
  writeHead(status: number, headers: object): { end(text: string): void };
  json(value: object): void;
  status(code: number): Response;
  redirect(path: string): void;
  sendFile(path: string): void;
};
type Native = (request: Request, response: Response, next: (error?: unknown) => void) => unknown;
type App = RequestListener &
  Record<"get" | "post" | "options", (path: string, ...handlers: unknown[]) => void> & {
    use(handler: unknown): void;
    set(name: string, value: unknown): void;
  };

const SHAPED: Record<Shape, Native> = {
  end: (_, response) => response.end(SECRET),
  chunks: (_, response) => {
    response.write(SECRET.slice(0, 3));
    response.write(SECRET.slice(3));
    response.end("");
  },
  writeHead: (_, response) => response.writeHead(200, { "x-secret": SECRET }).end(SECRET),
  stream: (_, response) => Readable.from([SECRET]).pipe(response as unknown as NodeJS.WritableStream),
  file: (_, response) => response.sendFile(SECRET_FILE),
  redirect: (_, response) => response.redirect(`/${SECRET}`),
};

async function start({ routes, before, trust }: Plan): Promise<Running> {
  const { default: express } = await fromInterop<{ default: () => App }>("express");
  const app = express();
  const errors: unknown[] = [];
  if (trust) app.set("trust proxy", true);
  if (before) app.use(before);
  for (const { method = "GET", path, needs = [], handler } of routes) {
    const native: Native = async (request, response) =>
      response.json(await (handler as (c: object) => object)(request));
    const last = isShape(handler) ? SHAPED[handler] : "own" in handler ? handler.own : native;
    app[method.toLowerCase() as "get"](path, ...needs, last);
  }
  app.use((error: unknown, _request: Request, response: Response, _next: unknown) => {
    errors.push(error);
    response.status(500).json({ error: (error as Error).message });
  });
  const server = createServer(app);
  return { port: await listening(server), app, errors, close: () => closed(server) };
}

export const EXPRESS: Kit = {
  name: "express",
  packages: ["express"],
  hasTrust: true,
  hasAddress: true,
  guarding: (policy, options) => guarding(policy, options as never) as unknown as AnyGuard,
  header: (c, name) => (c as Request).headers[name],
  param: (c, name) => (c as Request).params[name] as string,
  start,
};
