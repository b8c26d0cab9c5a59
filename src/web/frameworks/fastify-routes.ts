/** The routes of an application of Fastify, gathered while they are declared: it keeps no list of them. */
import { RbacError } from "../../index.ts";
import type { FoundRoute } from "../inventory.ts";
import { type FastifyApp, HOOKS, type Hooks, type RouteOptions } from "./fastify-application.ts";

export class FastifyRoutes {
  readonly #found = new WeakMap<FastifyApp, { readonly part: object; readonly route: RouteOptions }[]>();

  /** @throws RbacError (exit 2) where there are routes by now, which nothing gathered and guarded. */
  gatherIn(app: FastifyApp): void {
    if (/\([A-Z]/.test(app.printRoutes()))
      throw new RbacError(2, "USAGE", "guardAll must be there before all routes: await app.register(g.guardAll())");
    const found: { readonly part: object; readonly route: RouteOptions }[] = [];
    this.#found.set(app, found);
    app.addHook("onRoute", function (route) {
      found.push({ part: this, route: { ...route } });
    });
  }

  /** @throws RbacError (exit 2) for an application without `guardAll`. */
  of(app: FastifyApp): FoundRoute[] {
    const found = this.#found.get(app);
    if (!found) throw new RbacError(2, "USAGE", "an inventory needs guardAll: await app.register(g.guardAll())");
    const routes = found.flatMap(({ part, route }) =>
      [route.method].flat().map((method) => ({
        method,
        path: route.url,
        handlers: [...hooksOf(hooksAround(part)), ...hooksOf(route), route.handler],
      })),
    );
    const gets = new Set(routes.filter(({ method }) => method === "GET").map(({ path }) => path));
    return routes.filter(({ method, path }) => method !== "HEAD" || !gets.has(path));
  }
}

const hooksOf = (hooks: Hooks): unknown[] => HOOKS.flatMap((name) => hooks[name] ?? []);

/** The hooks of a part of an application. Fastify has no other way to know them; without it they are not counted. */
function hooksAround(part: object): Hooks {
  for (let owner: object | null = part; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    const symbol = Object.getOwnPropertySymbols(owner).find(({ description }) => description === "fastify.hooks");
    if (symbol) return ((owner as Record<symbol, Hooks | undefined>)[symbol] ?? {}) as Hooks;
  }
  return {};
}
