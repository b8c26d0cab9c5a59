/** Deny by default: whatever way a handler answers, nothing of it goes out where nothing was asked. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Compiled, Rbac } from "../../src/index.ts";
import { errorOf } from "../support/library.ts";
import { describeWith } from "../support/needs.ts";
import { problem } from "../support/web/case.ts";
import { type Plan, type Running, SHAPES } from "../support/web/kit.ts";
import { KITS, missingOf } from "../support/web/kits.ts";
import { policyDatabase } from "../support/web/policy.ts";
import { type Answered, ask } from "../support/web/requests.ts";
import { SECRET } from "../support/web/secret.ts";
import { as, guardOf, running } from "../support/web/trial.ts";

let rbac: Rbac;
let policy: Compiled;
beforeAll(async () => {
  rbac = await policyDatabase();
  policy = await rbac.compile();
});
afterAll(() => rbac.close());

const unguarded = (where: string) =>
  problem(500, "Internal Server Error", {
    code: "ROUTE_UNGUARDED",
    detail: `${where} answers without having asked: give it a need, or say that it is public`,
  });

const isKept = ({ headers, body }: Answered) => !JSON.stringify([headers, body]).includes(SECRET);

/** Runs as a server in production does. */
async function inProduction<T>(use: () => Promise<T>): Promise<T> {
  vi.stubEnv("NODE_ENV", "production");
  return use().finally(() => vi.unstubAllEnvs());
}

for (const kit of KITS)
  describeWith(missingOf(kit), kit.name, () => {
    const guarded = <T>(
      routes: Plan["routes"],
      use: (app: Running) => Promise<T>,
      options: object = {},
    ): Promise<T> => {
      const g = guardOf(kit, policy);
      return running(kit, { routes, before: g.guardAll({ print: false, ...options }) }, use);
    };
    /** Frameworks that know a route's pattern say it; a handler of `Request` has the path alone. */
    const routeOf = (pattern: string, path: string) => (kit.name === "fetch" ? path : pattern);

    it.each([...SHAPES, "json"] as const)("holds back an answer by %s", async (shape) => {
      const handler = shape === "json" ? () => ({ secret: SECRET }) : shape;
      await guarded([{ path: "/of/:id", handler }], async ({ port }) => {
        const answer = await ask(port, { path: "/of/7?x=1" });
        expect(isKept(answer)).toBe(true);
        expect({ status: answer.status, body: JSON.parse(answer.body) }).toEqual({
          status: 500,
          body: unguarded(`GET ${routeOf("/of/:id", "/of/7")}`),
        });
        expect(answer.headers["content-type"]).toBe("application/problem+json");
        const head = await ask(port, { path: "/of/7", method: "HEAD" });
        expect([head.status, head.body, isKept(head)]).toEqual([500, "", true]);
        const inside = await inProduction(() => ask(port, { path: "/of/7", headers: { "x-request-id": "r-1" } }));
        expect({ status: inside.status, body: JSON.parse(inside.body), kept: isKept(inside) }).toEqual({
          status: 403,
          body: problem(403, "Forbidden", { code: "ROUTE_UNGUARDED", requestId: "r-1" }),
          kept: true,
        });
        expect((await ask(port, { path: "/of/7" })).status).toBe(500); // The server lives on.
      });
    });

    it.each(SHAPES)("lets an answer by %s pass where something was asked", async (shape) => {
      const g = guardOf(kit, policy);
      const routes = [{ path: "/", needs: [g.requirePermission("docs:read")], handler: shape }];
      await running(kit, { routes, before: g.guardAll({ print: false }) }, async ({ port }) => {
        const answer = await ask(port, as("ann"));
        expect([answer.status, isKept(answer)]).toEqual([shape === "redirect" ? 302 : 200, false]);
        expect((await ask(port)).status).toBe(401);
      });
    });

    it("lets pass what asks in its handler, what is public, and what is no answer", async () => {
      const g = guardOf(kit, policy);
      const done = () => ({ done: true });
      const routes: Plan["routes"] = [
        { path: "/asks", handler: async (c) => ({ may: await g.can(c, "docs:read") }) },
        { path: "/mine", handler: { own: g.permissions() } },
        { path: "/marked", needs: [g.public()], handler: done },
        { path: "/health", handler: done },
        { path: "/posts/:id", handler: done },
        { path: "/login", method: "POST", handler: done },
        { path: "/login", handler: done },
        { path: "/assets/*", handler: done },
        { path: "/preflight", method: "OPTIONS", handler: done },
        {
          path: "/throws",
          handler: () => {
            throw new Error("a fault");
          },
        },
      ];
      const pattern = kit.name === "fetch" ? "/posts/*" : "/posts/:id";
      const list = ["GET /health", pattern, "POST /login", "/assets/app.js"];
      await running(
        kit,
        { routes: routes.map(forKit), before: g.guardAll({ public: list, print: false }) },
        async ({ port }) => {
          const statusOf = async (path: string, method = "GET") =>
            (await ask(port, as("ann", { path, method }))).status;
          for (const path of ["/asks", "/mine", "/marked", "/health", "/posts/7", "/assets/app.js"])
            expect([path, await statusOf(path)]).toEqual([path, 200]);
          expect(await statusOf("/health", "HEAD")).toBe(200);
          expect(await statusOf("/login", "POST")).toBe(200);
          expect(await statusOf("/login")).toBe(500);
          expect(await statusOf("/assets/other.js")).toBe(500);
          expect(await statusOf("/nowhere")).toBe(404);
          // Anybody may send OPTIONS: what has a body must have asked.
          expect(await statusOf("/preflight", "OPTIONS")).toBe(500);
          const thrown = await ask(port, { path: "/throws" });
          expect([thrown.status, JSON.parse(thrown.body)]).toEqual([500, { error: "a fault" }]);
        },
      );
    });

    it("is not led outside of a public folder", async () => {
      const handler = () => ({ secret: SECRET });
      const all = kit.name === "express" ? "/{*rest}" : kit.name === "koa" ? "/{*rest}" : "/*";
      await guarded(
        [{ path: all, handler }],
        async ({ port }) => {
          expect((await ask(port, { path: "/assets/app.js" })).status).toBe(200);
          expect((await ask(port, { path: "/assets/css/a.css?v=1" })).status).toBe(200);
          for (const path of [
            "/assets/../admin",
            "/assets/%2e%2e/admin",
            "/assets/.%2E/admin",
            "/assets/%2E./admin",
            "/assets//admin",
            "/assets/..%2fadmin",
            "/assets/x%5c..%5cadmin",
            "/assets",
            "/assetsx/a",
            "/ASSETS/app.js",
            "/%61ssets/app.js",
            "//assets/app.js",
            "/./assets/../x/app.js",
            "/admin?/assets/app.js",
          ]) {
            const answer = await ask(port, { path });
            expect([path, answer.status >= 400, isKept(answer)]).toEqual([path, true, true]);
          }
        },
        { public: ["/assets/*"] },
      );
    });

    it("refuses options that cannot be meant", async () => {
      const g = guardOf(kit, policy);
      for (const options of [
        { public: ["health"] },
        { public: "GET /x" },
        { print: true },
        { publik: [] },
        { public: undefined },
      ])
        expect((await errorOf(() => g.guardAll(options))).exitCode).toBe(2);
    });

    describe("the inventory", () => {
      it("lists every route with what it needs, and is printed when the application is ready", async () => {
        const g = guardOf(kit, policy);
        const done = () => ({ done: true });
        const routes: Plan["routes"] = [
          { path: "/posts", needs: [g.requirePermission("posts:read")], handler: done },
          {
            path: "/posts",
            method: "POST",
            needs: [g.requireRole("admin"), g.requireAnyPermission(["posts:update", "posts:publish"])],
            handler: done,
          },
          { path: "/posts/:id", needs: [g.requireScopes("posts:read docs:read")], handler: done },
          { path: "/mine", handler: { own: g.permissions() } },
          { path: "/open", needs: [g.public()], handler: done },
          { path: "/health", handler: done },
          { path: "/silent", handler: done },
        ];
        const lines: string[] = [];
        const before = g.guardAll({ public: ["GET /health"], print: (line: string) => lines.push(line) });
        await running(kit, { routes, before }, async ({ app }) => {
          await g.ready(app);
          await g.ready(app);
          const rows = g.inventory(app);
          if (kit.name === "fetch") {
            const needs = [
              "posts:read",
              "role admin",
              "posts:update or posts:publish",
              "scope posts:read and docs:read",
            ];
            expect(rows).toEqual(needs.map((need) => ({ method: "", path: "", needs: need })));
            expect(lines).toEqual(needs);
            return;
          }
          expect(rows.map((row) => [row.method, row.path, row.needs])).toEqual([
            ["GET", "/posts", "posts:read"],
            ["POST", "/posts", "role admin, posts:update or posts:publish"],
            ["GET", "/posts/:id", "scope posts:read and docs:read"],
            ["GET", "/mine", "signed in"],
            ["GET", "/open", "public"],
            ["GET", "/health", "public"],
            ["GET", "/silent", "nothing said"],
          ]);
          expect(lines).toHaveLength(7);
          expect(lines[0]).toBe("GET  /posts      posts:read");
        });
      });

      it("goes to stderr, but in production", async () => {
        const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
        const routes = [{ path: "/silent", handler: () => ({}) }];
        const started = async () => {
          const g = guardOf(kit, policy);
          g.requirePermission("docs:read");
          await running(kit, { routes, before: g.guardAll() }, ({ app }) => g.ready(app));
        };
        try {
          await inProduction(started);
          expect(written).not.toHaveBeenCalled();
          await started();
          const line = kit.name === "fetch" ? "docs:read\n" : "GET /silent  nothing said\n";
          expect(written.mock.calls.map(([text]) => text)).toEqual([line]);
        } finally {
          written.mockRestore();
        }
      });
    });

    function forKit(route: Plan["routes"][number]) {
      const isWildcard = route.path === "/assets/*" && (kit.name === "express" || kit.name === "koa");
      return isWildcard ? { ...route, path: "/assets/{*rest}" } : route;
    }
  });
