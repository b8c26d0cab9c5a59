/** A database that is away, or damaged, is 503 by every framework: neither a yes nor a no. */
import { afterAll, describe, expect, it } from "vitest";
import { create, type Rbac } from "../../src/index.ts";
import { freshDb } from "../support/cli.ts";
import { meddle } from "../support/databases.ts";
import { errorOf } from "../support/library.ts";
import { describeWith } from "../support/needs.ts";
import { NO_SERVER, serverPrograms } from "../support/postgres/programs.ts";
import { Server } from "../support/postgres/server.ts";
import { KITS, missingOf } from "../support/web/kits.ts";
import { DOCUMENT, policyDatabase } from "../support/web/policy.ts";
import { ask } from "../support/web/requests.ts";
import { as, guardOf, running } from "../support/web/trial.ts";

/** Whom to ask for: an admin, somebody with few rights, nobody known. */
const USERS = ["ann", "fred", "zoe"];

/** Applications of all frameworks that are installed, asked before and after the database is taken away. */
async function triedOnAll(rbac: Rbac, takeAway: () => Promise<unknown>): Promise<void> {
  const policy = await rbac.compile();
  const kits = KITS.filter((kit) => missingOf(kit) === undefined);
  const apps = kits.map((kit) => {
    const g = guardOf(kit, policy);
    const needs: [string, object][] = [
      ["/permission", g.requirePermission("posts:read")],
      ["/hidden", g.requirePermission("posts:read", { hide: true })],
      ["/role", g.requireRole("admin")],
      ["/both", g.requireAnyPermission(["posts:read", "posts:update"])],
    ];
    const routes = needs.map(([path, need]) => ({ path, needs: [need], handler: () => ({ done: true }) }));
    return { kit, g, routes: [...routes, { path: "/mine", handler: { own: g.permissions() } }] };
  });
  for (const { kit, routes } of apps)
    await running(kit, { routes }, async ({ port }) => {
      for (const { path } of routes) expect((await ask(port, as("ann", { path }))).status).toBe(200);
    });
  await takeAway();
  for (const { kit, g, routes } of apps)
    await running(kit, { routes }, async ({ port }) => {
      for (const user of USERS)
        for (const { path } of routes) {
          const { status, headers, body } = await ask(port, as(user, { path }));
          expect([kit.name, user, path, status, headers["retry-after"]]).toEqual([kit.name, user, path, 503, "1"]);
          expect(headers["content-type"]).toBe("application/problem+json");
          expect(JSON.parse(body)).toMatchObject({ title: "Service Unavailable", status: 503 });
          expect(Object.keys(JSON.parse(body))).toEqual(["type", "title", "status", "code"]);
        }
      g.requirePermission("posts:publish");
      expect((await errorOf(g.ready())).exitCode).toBe(4);
    });
  await rbac.close().catch(() => undefined);
}

describe("a file of SQLite", () => {
  it("that was damaged", async () => {
    const path = freshDb();
    await triedOnAll(await policyDatabase(path), () => meddle(path, "drop table meta"));
  });
});

let server: Server | undefined;
afterAll(() => server?.stop());

describeWith(serverPrograms() ? undefined : NO_SERVER, "a server of PostgreSQL", () => {
  it("that was stopped", async () => {
    const started = await Server.start();
    server = started;
    const rbac = await create(started.url(), { actor: "app" });
    await rbac.seed(DOCUMENT);
    await triedOnAll(rbac, () => started.stop());
  });
});
