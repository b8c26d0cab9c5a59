/** Applications of Fastify. */
import { createReadStream } from "node:fs";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { guarding } from "../../../../src/web/frameworks/fastify.ts";
import { fromInterop } from "../../interop.ts";
import { type AnyGuard, isShape, type Kit, type Plan, type Running, type Shape } from "../kit.ts";
import { SECRET, SECRET_FILE } from "../secret.ts";

type Request = { readonly headers: Record<string, string>; readonly params: Record<string, string> };
interface Reply {
  readonly raw: ServerResponse;
  code(status: number): Reply;
  send(value: unknown): Reply;
  redirect(path: string): Reply;
  hijack(): void;
}
type Native = (request: Request, reply: Reply) => unknown;
interface App {
  readonly server: Server;
  register(plugin: unknown): PromiseLike<unknown>;
  route(options: object): void;
  setErrorHandler(handler: (error: unknown, request: Request, reply: Reply) => unknown): void;
  listen(where: object): Promise<string>;
  close(): Promise<void>;
}

const raw =
  (answer: (response: ServerResponse) => unknown): Native =>
  (_, reply) => {
    reply.hijack();
    answer(reply.raw);
  };

const SHAPED: Record<Shape, Native> = {
  end: raw((response) => response.end(SECRET)),
  chunks: raw((response) => {
    response.write(SECRET.slice(0, 3));
    response.write(SECRET.slice(3));
    response.end();
  }),
  writeHead: raw((response) => response.writeHead(200, { "x-secret": SECRET }).end(SECRET)),
  stream: (_, reply) => reply.send(Readable.from([SECRET])),
  file: (_, reply) => reply.send(createReadStream(SECRET_FILE)),
  redirect: (_, reply) => reply.redirect(`/${SECRET}`),
};

async function start({ routes, before, trust = false }: Plan): Promise<Running> {
  const { default: Fastify } = await fromInterop<{ default: (options: object) => App }>("fastify");
  const app = Fastify({ trustProxy: trust });
  const errors: unknown[] = [];
  app.setErrorHandler((error, _, reply) => {
    errors.push(error);
    return reply.code(500).send({ error: (error as Error).message });
  });
  if (before) await app.register(before);
  for (const { method = "GET", path: url, needs: preHandler = [], handler } of routes) {
    const native: Native = (request) => (handler as (c: object) => object)(request);
    const last = isShape(handler) ? SHAPED[handler] : "own" in handler ? handler.own : native;
    app.route({ method, url, preHandler, handler: last });
  }
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { port: (app.server.address() as AddressInfo).port, app, errors, close: () => app.close() };
}

export const FASTIFY: Kit = {
  name: "fastify",
  packages: ["fastify"],
  hasTrust: true,
  hasAddress: true,
  guarding: (policy, options) => guarding(policy, options as never) as unknown as AnyGuard,
  header: (c, name) => (c as Request).headers[name],
  param: (c, name) => (c as Request).params[name] as string,
  start,
};
