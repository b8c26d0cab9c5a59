/** The routes of an application of Koa, read from its routers of `@koa/router`. */
import type { FoundRoute } from "../inventory.ts";

/** What is used of an application. */
export interface KoaApp {
  readonly middleware: readonly unknown[];
}

/** What a router keeps of a route, and of a middleware, which has no methods. */
interface Layer {
  readonly path: unknown;
  readonly regexp: RegExp;
  readonly methods: readonly string[];
  readonly stack: readonly unknown[];
}

/** So many methods has nothing but `router.all`. */
const ALL = 10;

/** The routes that the application has by now. */
export function koaRoutes({ middleware }: KoaApp): FoundRoute[] {
  const before: unknown[] = [];
  return middleware.flatMap((one) => {
    const { router } = one as { readonly router?: { readonly stack?: readonly Layer[] } };
    if (!router?.stack) before.push(one);
    return routesIn(router?.stack ?? []).map((route) => ({ ...route, handlers: [...before, ...route.handlers] }));
  });
}

function routesIn(stack: readonly Layer[]): FoundRoute[] {
  const before: Layer[] = [];
  return stack.flatMap((layer) => {
    if (layer.methods.length === 0) before.push(layer);
    const path = String(layer.path);
    // A pattern as text is matched by what runs before it as a path would be.
    const first = before.filter(({ regexp }) => regexp.test(path)).flatMap((one) => one.stack);
    const methods = layer.methods.filter((method) => method !== "HEAD" || !layer.methods.includes("GET"));
    const shown = methods.length > ALL ? ["ALL"] : methods;
    return shown.map((method) => ({ method, path, handlers: [...first, ...layer.stack] }));
  });
}
