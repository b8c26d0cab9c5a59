/** The routes of an application of Hono, whose list has a line for each function of each route. */
import type { FoundRoute } from "../inventory.ts";

/** A line of the list; `ALL` and a path with `/*` at its end for a middleware. */
interface Line {
  readonly method: string;
  readonly path: string;
  readonly handler: unknown;
}

/** What is used of an application. */
export interface HonoApp {
  readonly routes: readonly Line[];
}

/** The function that a part of an application wrapped to have its errors handled there. */
export function handlerOf(handler: unknown): unknown {
  const { __COMPOSED_HANDLER: inner } = handler as { readonly __COMPOSED_HANDLER?: unknown };
  return inner ? handlerOf(inner) : handler;
}

/** Hono itself tells a middleware by its second parameter. */
const isMiddleware = (handler: unknown): boolean =>
  ((inner) => typeof inner === "function" && inner.length > 1)(handlerOf(handler));

/** The routes that the application has by now. */
export function honoRoutes({ routes }: HonoApp): FoundRoute[] {
  const nameOf = ({ method, path }: Line) => `${method} ${path}`;
  const lasts = new Map(routes.map((line, at) => [nameOf(line), at]));
  return [...lasts].flatMap(([name, last]) => {
    const { method, path } = routes[last] as Line;
    const own = routes.filter((line) => nameOf(line) === name);
    if (method === "ALL" && own.every(({ handler }) => isMiddleware(handler))) return [];
    const counts = (line: Line) => (line.method === "ALL" || line.method === method) && covers(line.path, path);
    const handlers = routes.slice(0, last + 1).filter(counts);
    return [{ method, path, handlers: handlers.map(({ handler }) => handler) }];
  });
}

/** True where a function at the first path runs for all requests of the second, as far as the texts show. */
function covers(pattern: string, path: string): boolean {
  if (pattern === path) return true;
  if (!pattern.endsWith("*")) return false;
  const folder = pattern.replace(/\/?\*$/, "");
  return path === folder || path.startsWith(`${folder}/`);
}
