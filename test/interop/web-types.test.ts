/** The faces of the package for frameworks, by the types that these declare themselves. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { errorsOf, wrongLines } from "../support/installed-package.ts";
import { linkedInterop } from "../support/interop.ts";
import { describeWith, missingPackage } from "../support/needs.ts";

/** A line that ends with "wrong" must not compile, and every other must. */
const PROGRAM = `
import Router from "@koa/router";
import express, { type Request as ExpressRequest } from "express";
import Fastify, { type FastifyRequest } from "fastify";
import { type Context, Hono } from "hono";
import Koa from "koa";
import type { Compiled } from "rbac-admin";
import { guarding as guardingExpress } from "rbac-admin/express";
import { guarding as guardingFastify } from "rbac-admin/fastify";
import { guarding as guardingFetch } from "rbac-admin/fetch";
import { guarding as guardingHono } from "rbac-admin/hono";
import { guarding as guardingKoa } from "rbac-admin/koa";
import type { RemotePolicy } from "rbac-admin/remote";

interface Post {
  readonly author: string;
}
declare const policy: Compiled;
declare const remote: RemotePolicy;
export const byService = [
  guardingExpress(remote, { user: (request) => String(request.headers["x-user"]) }),
  guardingFastify(remote, { user: () => null }),
  guardingFetch(remote, { user: (request) => request.headers.get("x-user") }),
  guardingHono(remote, { user: () => null }),
  guardingKoa(remote, { user: () => null }),
];
declare function find(id: string | undefined): Promise<Post | null>;

export async function onExpress(): Promise<void> {
  const app = express();
  const g = guardingExpress<ExpressRequest>(policy, { user: (request) => request.get("x-user") });
  const plain = guardingExpress(policy, {
    user: (request) => String(request.headers["x-user"]),
    on: ({ params }) => String(params.tenant),
  });
  app.use(g.guardAll({ public: ["GET /health"] }));
  const update = g.requirePermission("posts:update", {
    load: ({ params }) => find(String(params.id)),
    owner: (_, post) => post.author,
  });
  app.put("/posts/:id", update, async (request, response) => {
    const post = await g.resource<Post>(request);
    response.json({ post, mine: await g.can(request, "posts:read") });
  });
  app.get(
    "/posts",
    g.requireAnyPermission(["a:b", "c:d"]),
    plain.requireUser(),
    (_, response) => void response.json([]),
  );
  app.get("/me", g.permissions());
  app.get("/health", g.public(), (_, response) => void response.end());
  g.requirePermission("a:b", { load: () => ({ author: "x" }), owner: (_, post) => post.writer }); // wrong
  app.get("/bad", g.requirePermission("a:b", { onn: "acme" })); // wrong
  app.get("/bad", g.requirePermission(7)); // wrong
  g.requireRole("editor", { owner: "alice" }); // wrong
  guardingExpress(policy, {}); // wrong
  guardingExpress(policy, { user: () => 7 }); // wrong
  await g.ready(app);
}

export async function onFastify(): Promise<void> {
  const app = Fastify();
  const g = guardingFastify<FastifyRequest>(policy, { user: (request) => String(request.headers["x-user"]) });
  const plain = guardingFastify(policy, { user: ({ params }) => params.user });
  await app.register(g.guardAll({ print: false }));
  app.get<{ Params: { id: string } }>(
    "/posts/:id",
    { preHandler: g.requirePermission("posts:read", { on: "acme" }) },
    async (request) => ({
      mine: await g.can(request, "posts:update"),
      post: await g.resource<Post>(request),
    }),
  );
  app.get("/both", { preHandler: [g.requireRole("a"), plain.requireScopes("b c")] }, async () => ({}));
  app.get("/me", g.permissions());
  app.get("/bad", { preHandler: g.requireRole(["a"]) }, async () => ({})); // wrong
  await g.ready(app);
}

export async function onHono(): Promise<void> {
  const app = new Hono<{ Variables: { user: string } }>();
  const g = guardingHono<Context<{ Variables: { user: string } }>>(policy, { user: (c) => c.get("user") });
  const plain = guardingHono(policy, { user: (c) => c.req.header("x-user") });
  app.use(g.guardAll());
  app.put(
    "/posts/:id",
    g.requireOwner({ load: (c) => find(c.req.param("id")), owner: (_, post) => post.author }),
    async (c) => c.json({ mine: await g.can(c, "a:b") }),
  );
  app.get("/posts", plain.requireAllRoles(["a", "b"]), (c) => c.json([]));
  app.get("/me", g.permissions());
  app.get("/bad", g.requireOwner({ load: (c) => find(c.req.param("id")) }), (c) => c.json({})); // wrong
  await g.ready(app);
}

export async function onKoa(): Promise<void> {
  const [app, router] = [new Koa(), new Router()];
  const g = guardingKoa<Koa.Context>(policy, { user: (context) => context.get("x-user") });
  const plain = guardingKoa(policy, { user: ({ params }) => params.user });
  app.use(g.guardAll());
  router.get("/posts/:id", g.requirePermission("posts:read"), plain.requireUser(), async (context) => {
    context.body = { mine: await g.can(context, "a:b") };
  });
  router.get("/me", g.permissions());
  router.get("/bad", g.requireUser({ on: "acme" })); // wrong
  app.use(router.routes());
  await g.ready(app);
}

export async function onFetch(): Promise<void> {
  const g = guardingFetch(policy, { user: (request) => request.headers.get("x-user") });
  const read: (request: Request) => Promise<Response> = g.requirePermission("posts:read")(async () => new Response());
  interface Params {
    readonly params: { readonly id: string };
  }
  const route = g.requireUser()(async (_: Request, { params }: Params) => new Response(params.id));
  const answers: Promise<Response>[] = [read(new Request("x:/")), route(new Request("x:/"), { params: { id: "1" } })];
  g.requirePermission("posts:read")(async () => "text"); // wrong
  await Promise.all(answers);
  await g.ready();
}
`;

const NEEDED = ["@types/express", "@types/koa", "@koa/router", "fastify", "hono", "rbac-admin"];

describeWith(NEEDED.map(missingPackage).find(Boolean), "routes of every framework", () => {
  it("compile where they are right, and only there", () => {
    const project = linkedInterop();
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    expect(wrongLines(PROGRAM).length).toBe(10);
    const options = { module: "nodenext", skipLibCheck: true };
    expect(errorsOf(project, { "routes.ts": PROGRAM }, options)).toEqual({ "routes.ts": wrongLines(PROGRAM) });
  });
});
