/** What the contract of guards says beside single answers: what is loaded and when, addresses, handlers, many at once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Compiled, Rbac } from "../../src/index.ts";
import { errorOf } from "../support/library.ts";
import { describeWith } from "../support/needs.ts";
import { problem } from "../support/web/case.ts";
import type { AnyGuard, Handler, Kit, Route } from "../support/web/kit.ts";
import { KITS, missingOf } from "../support/web/kits.ts";
import { policyDatabase } from "../support/web/policy.ts";
import { type Answered, type Asked, ask } from "../support/web/requests.ts";
import { as, guardOf, running } from "../support/web/trial.ts";

let rbac: Rbac;
let policy: Compiled;
beforeAll(async () => {
  rbac = await policyDatabase();
  policy = await rbac.compile();
});
afterAll(() => rbac.close());

const done: Handler = () => ({ done: true });
const author = (_: object, loaded: { author: string }) => loaded.author;

/** Asks one route of an application. */
const askOnce = (kit: Kit, route: Route, asked: Asked, trust = false): Promise<Answered> =>
  running(kit, { routes: [route], trust }, ({ port }) => ask(port, asked));

/** A load that counts how often it was called. */
function counted(found: object | null) {
  const load = Object.assign(
    () => {
      load.calls += 1;
      return Promise.resolve(found);
    },
    { calls: 0 },
  );
  return load;
}

for (const kit of KITS)
  describeWith(missingOf(kit), kit.name, () => {
    describe("a load", () => {
      const loaded = async (
        user: string,
        handler: (g: AnyGuard) => Handler,
        need: (g: AnyGuard, load: object) => object[],
      ) => {
        const g = guardOf(kit, policy);
        const load = counted({ author: "ben", title: "Hi" });
        const answer = await askOnce(kit, { path: "/", needs: need(g, load), handler: handler(g) }, as(user));
        return { status: answer.status, body: JSON.parse(answer.body), calls: load.calls };
      };
      const owned = (g: AnyGuard, load: object) => [g.requirePermission("posts:update", { load, owner: author })];

      it("is called once, and handed to the handler", async () => {
        const twice =
          (g: AnyGuard): Handler =>
          async (c) => [await g.resource(c), await g.resource(c)];
        const { body, calls } = await loaded("ben", twice, owned);
        expect({ body, calls }).toEqual({ body: Array(2).fill({ author: "ben", title: "Hi" }), calls: 1 });
      });

      it("is shared by two needs of a route", async () => {
        const both = (g: AnyGuard, load: object) => [...owned(g, load), g.requireOwner({ load, owner: author })];
        expect(await loaded("ben", () => done, both)).toMatchObject({ status: 200, calls: 1 });
      });

      it("is called where the answer is yes whatever it finds: a yes about what is not there is none", async () => {
        expect(await loaded("ann", () => done, owned)).toMatchObject({ status: 200, calls: 1 });
      });

      it("is not called again by a handler that wants it", async () => {
        const wants =
          (g: AnyGuard): Handler =>
          async (c) => ({ found: await g.resource(c) });
        expect(await loaded("ann", wants, owned)).toMatchObject({
          status: 200,
          calls: 1,
          body: { found: { author: "ben" } },
        });
      });

      it("is not called where the answer is no whatever it finds", async () => {
        expect(await loaded("fred", () => done, owned)).toMatchObject({ status: 403, calls: 0 });
      });

      it("is not called for who did not sign in recently", async () => {
        const fresh = (g: AnyGuard, load: object) => [
          g.requirePermission("posts:update", { load, owner: author, fresh: "5m" }),
        ];
        expect(await loaded("ben", () => done, fresh)).toMatchObject({ status: 401, calls: 0 });
      });

      it("is missing by a route that wants it and has none", async () => {
        const g = guardOf(kit, policy);
        const route = {
          path: "/",
          needs: [g.requirePermission("docs:read")],
          handler: (c: object) => g.resource(c) as object,
        };
        expect((await askOnce(kit, route, as("ann"))).status).toBe(500);
      });
    });

    it("what is not there, and what is hidden, are one answer to the last byte", async () => {
      const g = guardOf(kit, policy);
      const need = (load: () => object | null) => [
        g.requirePermission("posts:update", { load, owner: author, hide: true }),
      ];
      const routes = [
        { path: "/none", needs: need(() => null), handler: done },
        { path: "/hidden", needs: need(() => ({ author: "fred" })), handler: done },
      ];
      await running(kit, { routes }, async ({ port }) => {
        const [none, hidden] = [
          await ask(port, as("ben", { path: "/none" })),
          await ask(port, as("ben", { path: "/hidden" })),
        ];
        const steady = ({ headers: { date: _, ...headers }, ...rest }: Answered) =>
          JSON.stringify({ ...rest, headers });
        expect(steady(none)).toBe(steady(hidden));
        expect(none.status).toBe(404);
      });
    });

    it("an unknown user is created, with a profile, and answered", async () => {
      const own = await policyDatabase();
      const options = { onUnknownUser: "create", rbac: own, profile: () => ({ email: "zoe@example.com" }) };
      const g = guardOf(kit, await own.compile(), options);
      const routes = [{ path: "/", needs: [g.requirePermission("docs:read")], handler: done }];
      await running(kit, { routes }, async ({ port }) => {
        for (let time = 0; time < 2; time += 1) expect((await ask(port, as("zoe"))).status).toBe(200);
      });
      expect((await own.users({ match: "zoe" })).users).toMatchObject([{ user: "zoe", email: "zoe@example.com" }]);
      await own.close();
    });

    describe("the address of who asks", () => {
      const billing = (options: object = {}) => {
        const g = guardOf(kit, policy, options);
        return { path: "/", needs: [g.requirePermission("billing:read")], handler: done };
      };
      const from = (address: string) => as("gus", { headers: { "x-forwarded-for": address } });

      it.skipIf(!kit.hasAddress)("is that of the socket, whatever a header says", async () => {
        expect((await askOnce(kit, billing(), as("gus"))).status).toBe(200);
        expect((await askOnce(kit, billing(), from("8.8.8.8"))).status).toBe(200);
      });

      it.skipIf(!kit.hasTrust)("is that of the header, where the framework trusts the proxy", async () => {
        expect((await askOnce(kit, billing(), from("8.8.8.8"), true)).status).toBe(403);
        expect((await askOnce(kit, billing(), from("127.0.0.9"), true)).status).toBe(200);
      });

      it("is what the application gives, where it gives one", async () => {
        const given = { given: () => ({ context: { ip: "8.8.8.8" } }) };
        expect((await askOnce(kit, billing(given), as("gus"))).status).toBe(403);
      });

      it.skipIf(kit.hasAddress)("is not known where no socket is", async () => {
        expect((await askOnce(kit, billing(), from("127.0.0.1"))).status).toBe(403);
      });
    });

    it("handlers ask: true, false, and for nobody", async () => {
      const g = guardOf(kit, policy);
      const handler: Handler = async (c) => [
        await g.can(c, "posts:update", { owner: "ben" }),
        await g.can(c, "posts:publish", { on: () => "acme" }),
        await g.can(c, "docs:read"),
      ];
      await running(kit, { routes: [{ path: "/", handler }] }, async ({ port }) => {
        const said = async (asked?: Asked) => JSON.parse((await ask(port, asked)).body);
        expect(await said(as("ben"))).toEqual([true, false, true]);
        expect(await said(as("cleo"))).toEqual([false, true, true]);
        expect(await said(as("zoe"))).toEqual([false, false, false]);
        expect(await said(as(null))).toEqual([false, false, true]);
        expect(await said()).toEqual([false, false, false]);
      });
    });

    it("an interface asks what it may show", async () => {
      const g = guardOf(kit, policy);
      const routes = [
        { path: "/all", handler: { own: g.permissions() } },
        { path: "/acme", handler: { own: g.permissions({ on: "acme" }) } },
      ];
      await running(kit, { routes }, async ({ port }) => {
        const shown = async (user: string, path: string) => {
          const { headers, body } = await ask(port, as(user, { path }));
          expect(headers["content-type"]).toBe("application/json");
          expect(JSON.parse(body)).toMatchObject({ user, revision: (await policy.all([])).revision });
          return (JSON.parse(body).permissions as { permission: string; own: string }[]).map(({ permission, own }) => [
            permission,
            own,
          ]);
        };
        expect(await shown("cleo", "/acme")).toEqual([
          ["docs:read", "any"],
          ["posts:publish", "any"],
          ["posts:update", "any"],
        ]);
        expect(await shown("ben", "/all")).toEqual([
          ["docs:read", "any"],
          ["posts:update", "only"],
        ]);
        expect(await ask(port, { path: "/all" })).toMatchObject({
          status: 401,
          headers: { "www-authenticate": 'Bearer realm="api"' },
        });
        expect(await ask(port, as("zoe", { path: "/all" }))).toMatchObject({ status: 403 });
      });
    });

    it("requests at once do not mix", async () => {
      const g = guardOf(kit, policy);
      const load = async (c: object) => {
        await new Promise((resolve) => setImmediate(resolve));
        return { author: kit.param(c, "author") };
      };
      const need = g.requirePermission("posts:update", { load, owner: author });
      const handler: Handler = async (c) => ({ user: kit.header(c, "x-user"), ...((await g.resource(c)) as object) });
      await running(kit, { routes: [{ path: "/of/:author", needs: [need], handler }] }, async ({ port }) => {
        const users = ["ann", "ben", "cleo", "fred", "eve", "zoe"];
        const authors = ["ann", "ben", "fred"];
        const pairs = users.flatMap((user) => authors.map((owner) => ({ user, owner })));
        const answers = await Promise.all(
          pairs.map(({ user, owner }) => ask(port, as(user, { path: `/of/${owner}` }))),
        );
        for (const [at, { user, owner }] of pairs.entries()) {
          const isAllowed = user === "ann" || (user === "ben" && owner === "ben");
          const answer = answers[at] as Answered;
          expect([user, owner, answer.status]).toEqual([user, owner, isAllowed ? 200 : 403]);
          if (isAllowed) expect(JSON.parse(answer.body)).toEqual({ user, author: owner });
        }
      });
    });

    it("a change counts for the next request", async () => {
      const own = await policyDatabase();
      const g = guardOf(kit, await own.compile());
      await running(
        kit,
        { routes: [{ path: "/", needs: [g.requirePermission("posts:publish")], handler: done }] },
        async ({ port }) => {
          expect((await ask(port, as("fred"))).status).toBe(403);
          await own.assign("fred", "editor");
          expect((await ask(port, as("fred"))).status).toBe(200);
          await own.revoke("fred", "editor");
          expect((await ask(port, as("fred"))).status).toBe(403);
        },
      );
      await own.close();
    });

    it("starts only with names that are there, and says all that are not at once", async () => {
      const g = kit.guarding(policy, { user: () => "ann" });
      g.requirePermission("posts:pubish");
      g.requireAllPermissions(["posts:raed", "docs:read"]);
      g.requireAnyRole(["edtor", "admin"], { assume: ["raeder"] });
      g.requirePermission("docs:read", { fresh: "5m" });
      const { exitCode, message, suggestions } = await errorOf(g.ready());
      expect(exitCode).toBe(2);
      for (const wrong of ["posts:pubish", "posts:raed", "edtor", "raeder", "claims"]) expect(message).toContain(wrong);
      expect(suggestions).toEqual(expect.arrayContaining(["posts:publish", "posts:read", "editor", "reader"]));
      const right = guardOf(kit, policy);
      right.requirePermission("posts:publish", { fresh: "5m" });
      await right.ready();
    });

    it("HEAD needs what GET needs", async () => {
      const g = guardOf(kit, policy);
      const route = { path: "/", needs: [g.requirePermission("posts:read")], handler: done };
      expect(await askOnce(kit, route, as("fred", { method: "HEAD" }))).toMatchObject({ status: 403, body: "" });
      expect((await askOnce(kit, route, as("ann", { method: "HEAD" }))).status).toBe(200);
    });

    it("a body of a refusal says nothing of who else may", async () => {
      const g = guardOf(kit, policy);
      const { body } = await askOnce(
        kit,
        { path: "/", needs: [g.requirePermission("posts:read")], handler: done },
        as("fred"),
      );
      expect(JSON.parse(body)).toEqual(
        problem(403, "Forbidden", { code: "PERMISSION_DENIED", permissions: ["posts:read"], reason: "none" }),
      );
    });
  });
