/** The routes of an application of Express, read from its routers: Express 4 and 5 have no list of them. */
import type { FoundRoute } from "../inventory.ts";

/** What is used of an application, or of a router. What a stack holds is no interface: it is read with care. */
export type ExpressApp = object & { readonly stack?: unknown; readonly router?: unknown; readonly _router?: unknown };

/** A function in a stack, with the paths for which it runs. */
interface Layer {
  readonly handle: { readonly stack?: unknown };
  readonly route?: Route | undefined;
  /** Express 5: the path as it was written. */
  readonly rawPath?: unknown;
  /** Express 4: what it was made into. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
  match(path: string): boolean;
}

interface Route {
  readonly path: unknown;
  readonly stack: readonly { readonly method?: string | undefined; readonly handle: unknown }[];
}

/** So many methods has nothing but `app.all`. */
const ALL = 10;

/** The routes that the application has by now. */
export function expressRoutes(app: ExpressApp): FoundRoute[] {
  // The getter `router` of Express 4 throws.
  const { stack } = (app.stack ? app : (app._router ?? app.router ?? {})) as { readonly stack?: readonly Layer[] };
  return routesIn(stack ?? []);
}

function routesIn(stack: readonly Layer[]): FoundRoute[] {
  const before: Layer[] = [];
  return stack.flatMap((layer) => {
    const inner = layer.route ? routesAt(layer.route) : mounted(layer);
    if (!inner) before.push(layer);
    // A pattern as text is matched by what runs before it as a path would be.
    const first = (path: string) => before.filter((one) => one.match(path)).map(({ handle }) => handle);
    return (inner ?? []).map((route) => ({ ...route, handlers: [...first(route.path), ...route.handlers] }));
  });
}

/** The routes of a router below the path where it is mounted; `undefined` for a middleware. */
function mounted(layer: Layer): FoundRoute[] | undefined {
  const { stack } = layer.handle;
  if (!Array.isArray(stack)) return undefined;
  const routes = routesIn(stack);
  return pathsOf(layer).flatMap((at) => routes.map((route) => ({ ...route, path: joined(at, route.path) })));
}

function routesAt(route: Route): FoundRoute[] {
  const methods = [...new Set(route.stack.map(({ method }) => method))];
  const named = methods.filter((method) => method !== undefined);
  const own = named.length > ALL ? [] : named;
  return [route.path].flat().flatMap((path) =>
    (own.length > 0 ? own : [undefined]).map((method) => ({
      method: method?.toUpperCase() ?? "ALL",
      path: String(path),
      handlers: route.stack
        .filter((one) => !one.method || !method || one.method === method)
        .map(({ handle }) => handle),
    })),
  );
}

/** What Express 4 makes of `:name`, with or without the slash before it. */
const PARAMETER = /\(\?:(\\\/)?\(\[\^\\?\/\]\+\?\)\)|\(\[\^\\?\/\]\+\?\)/g;

/** Where a router is mounted. */
function pathsOf({ rawPath, regexp, keys = [] }: Layer): string[] {
  if (rawPath !== undefined) return [rawPath].flat().map(String);
  if (!regexp) return ["/…"];
  if (regexp.fast_slash) return ["/"];
  let key = 0;
  const text = regexp.source.replace(/^\^/, "").replace("\\/?(?=\\/|$)", "");
  const named = text.replace(PARAMETER, (_, slash = "") => `${slash}:${keys[key++]?.name}`);
  return [named.replace(/\\(.)/g, "$1")];
}

const joined = (at: string, path: string): string => {
  const base = at.replace(/\/$/, "");
  return path === "/" && base !== "" ? base : `${base}${path}`;
};
