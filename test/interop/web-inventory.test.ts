/** The inventory of applications that are made of parts: what a part asks before its routes counts for them. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Compiled, type Rbac, RbacError } from "../../src/index.ts";
import type { InventoryRow } from "../../src/web/inventory.ts";
import { fromInterop } from "../support/interop.ts";
import { describeWith } from "../support/needs.ts";
import { EXPRESS } from "../support/web/kits/express.ts";
import { FASTIFY } from "../support/web/kits/fastify.ts";
import { HONO } from "../support/web/kits/hono.ts";
import { KOA } from "../support/web/kits/koa.ts";
import { missingOf } from "../support/web/kits.ts";
import { policyDatabase } from "../support/web/policy.ts";
import { guardOf } from "../support/web/trial.ts";

let rbac: Rbac;
let policy: Compiled;
beforeAll(async () => {
  rbac = await policyDatabase();
  policy = await rbac.compile();
});
afterAll(() => rbac.close());

const shown = (rows: readonly InventoryRow[]) => rows.map(({ method, path, needs }) => `${method} ${path} ${needs}`);
const nothing = () => undefined;

/** What is used of the parts of Express, Koa and Hono, whose methods are called alike. */
interface Part {
  use(...what: unknown[]): Part;
  get(path: string | readonly string[], ...handlers: unknown[]): Part;
  post(path: string, ...handlers: unknown[]): Part;
  all(path: string, ...handlers: unknown[]): Part;
  route(path: string, part: Part): Part;
  routes(): unknown;
  prefix(path: string): Part;
}

describeWith(missingOf(EXPRESS), "express", () => {
  it("has the routes of routers, with what is asked before them", async () => {
    const { default: express } = await fromInterop<{ default: (() => Part) & { Router(): Part } }>("express");
    const g = guardOf(EXPRESS, policy);
    const [app, api, admin] = [express(), express.Router(), express.Router()];
    api.get("/early", nothing);
    api.use(nothing);
    api.use(g.requireRole("editor"));
    api.get("/late", g.requirePermission("posts:read"), nothing);
    admin.get("/", nothing).post("/users/:id", g.requireRole("chief"), nothing);
    api.use("/teams/:team/admin", g.requireRole("admin"), admin);
    app.get(["/a", "/b"], g.public(), nothing);
    app.all("/all", nothing);
    app.use("/api", api);
    app.use("/private", g.requireRole("admin"));
    app.get("/private/x", nothing).get("/privately", nothing);
    expect(shown(g.inventory(app))).toEqual([
      "GET /a public",
      "GET /b public",
      "ALL /all nothing said",
      "GET /api/early nothing said",
      "GET /api/late role editor, posts:read",
      "GET /api/teams/:team/admin role editor, role admin",
      "POST /api/teams/:team/admin/users/:id role editor, role admin, role chief",
      "GET /private/x role admin",
      "GET /privately nothing said",
    ]);
    expect(shown(g.inventory(express()))).toEqual([]);
  });
});

describeWith(missingOf(HONO), "hono", () => {
  it("has the routes of parts, with what is asked before them", async () => {
    const { Hono } = await fromInterop<{ Hono: new () => Part & { onError(handler: unknown): void } }>("hono");
    const g = guardOf(HONO, policy);
    const [app, api] = [new Hono(), new Hono()];
    api.onError(nothing);
    api.get("/early", nothing);
    api.use(g.requireRole("editor"));
    api.get("/late", g.requirePermission("posts:read"), nothing);
    app.get("/a", g.public(), nothing);
    app.all("/all", nothing);
    app.use("/private/*", g.requireRole("admin"));
    app.get("/private/x", nothing).get("/privately", nothing).post("/private", nothing);
    app.route("/api", api);
    expect(shown(g.inventory(app))).toEqual([
      "GET /a public",
      "ALL /all nothing said",
      "GET /private/x role admin",
      "GET /privately nothing said",
      "POST /private role admin",
      "GET /api/early nothing said",
      "GET /api/late role editor, posts:read",
    ]);
  });
});

describeWith(missingOf(KOA), "koa", () => {
  it("has the routes of routers, with what is asked before them", async () => {
    const { default: Koa } = await fromInterop<{ default: new () => Part }>("koa");
    const { default: KoaRouter } = await fromInterop<{ default: new (options?: object) => Part }>("@koa/router");
    const g = guardOf(KOA, policy);
    const [app, api, admin, other] = [new Koa(), new KoaRouter({ prefix: "/api" }), new KoaRouter(), new KoaRouter()];
    api.get("/early", nothing);
    api.use(g.requireRole("editor"));
    api.get("/late", g.requirePermission("posts:read"), nothing);
    admin.use(g.requireRole("admin")).get("/users/:id", nothing);
    api.use("/admin", admin.routes());
    api.all("/all", nothing);
    other.use("/private", g.requireRole("admin")).get("/private/x", nothing).get("/privately", nothing);
    app.use(api.routes());
    app.use(g.requireRole("chief"));
    app.use(other.routes());
    expect(shown(g.inventory(app))).toEqual([
      "GET /api/early nothing said",
      "GET /api/late role editor, posts:read",
      "GET /api/admin/users/:id role editor, role admin",
      "ALL /api/all role editor",
      "GET /private/x role chief, role admin",
      "GET /privately role chief",
    ]);
  });
});

describeWith(missingOf(FASTIFY), "fastify", () => {
  interface App {
    register(plugin: unknown, options?: object): PromiseLike<unknown>;
    addHook(name: string, hook: unknown): void;
    get(path: string, ...what: unknown[]): void;
    all(path: string, ...what: unknown[]): void;
    route(options: object): void;
    ready(): Promise<unknown>;
    close(): Promise<void>;
  }
  const makeApp = async () => (await fromInterop<{ default: () => App }>("fastify")).default();

  it("has the routes of parts, with what is asked before them", async () => {
    const g = guardOf(FASTIFY, policy);
    const app = await makeApp();
    const lines: string[] = [];
    await app.register(g.guardAll({ print: (line: string) => lines.push(line) }));
    app.get("/a", { onRequest: g.public() }, nothing);
    app.route({ method: ["PUT", "POST"], url: "/two", handler: nothing });
    app.register(
      async (part: App) => {
        part.addHook("preHandler", g.requireRole("editor"));
        part.get("/late", { preHandler: [g.requirePermission("posts:read"), nothing] }, nothing);
        part.register(async (inner: App) => {
          inner.get("/inner", nothing);
          inner.addHook("preValidation", g.requireRole("admin")); // Hooks of a part count whenever they are added.
        });
      },
      { prefix: "/api" },
    );
    await app.ready();
    expect(shown(g.inventory(app))).toEqual([
      "GET /a public",
      "PUT /two nothing said",
      "POST /two nothing said",
      "GET /api/late role editor, posts:read",
      "GET /api/inner role admin, role editor",
    ]);
    expect(lines).toHaveLength(5);
    await app.close();
  });

  it("stops an application with routes that came before it, which it would not see", async () => {
    const g = guardOf(FASTIFY, policy);
    const app = await makeApp();
    app.get("/early", nothing);
    const refused = await Promise.resolve(app.register(g.guardAll({ print: false }))).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RbacError);
    expect(refused).toMatchObject({ exitCode: 2, message: expect.stringContaining("await app.register") });
    expect(() => g.inventory(app)).toThrow(RbacError);
    await app.close().catch(nothing);
  });
});
