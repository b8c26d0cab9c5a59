/** Deny by default: what answers a request about which nothing was asked, and that is not public. */
import { RbacError } from "../index.ts";
import type { Askers } from "./asker.ts";
import { checkGuardAll } from "./checked-options.ts";
import type { Framework, Reply } from "./framework.ts";
import type { GuardAllOptions } from "./options.ts";
import { reply } from "./replies.ts";

const METHODS = /^(?:([A-Z]+) )?(\/.*)$/;

export class Unasked<C extends object> {
  readonly #framework: Framework<C>;
  readonly #askers: Askers<C>;
  readonly #isPublic: (method: string, path: string) => boolean;

  /** @throws RbacError `VALUE_INVALID` (exit 2) for text that is no route. */
  constructor(framework: Framework<C>, askers: Askers<C>, options: GuardAllOptions) {
    checkGuardAll(options);
    this.#framework = framework;
    this.#askers = askers;
    const routes = (options.public ?? []).map(routeOf);
    this.#isPublic = (method, path) => routes.some((matches) => matches(method, path));
  }

  /**
   * What to answer instead of the handler's answer; `undefined` where that may go out: something was asked, the route
   * is public, or the answer is an error, which shows nothing. A browser asks by OPTIONS what it may ask, without who
   * asks: that may be answered without a body.
   * @param status of the handler's answer
   */
  verdict(c: C, status: number): Reply | undefined {
    const { asked } = this.#askers.stateOf(c);
    const method = this.#framework.method(c).toUpperCase();
    if (asked || status >= 400 || (method === "OPTIONS" && status === 204)) return undefined;
    const [path, route] = [this.#framework.path(c), this.#framework.route(c)];
    const isByRoute = route !== undefined && isPlain(path) && this.isPublic(method, route);
    if (isByRoute || (!path.includes(":") && this.isPublic(method, path))) return undefined;
    const id = this.#askers.requestIdOf(c);
    if (isProduction()) return reply(403, { code: "ROUTE_UNGUARDED", ...id });
    const detail = `${method} ${route ?? path} answers without having asked: give it a need, or say that it is public`;
    return reply(500, { code: "ROUTE_UNGUARDED", detail, ...id });
  }

  isPublic(method: string, path: string): boolean {
    return this.#isPublic(method === "HEAD" ? "GET" : method, path);
  }
}

const isProduction = (): boolean => process.env.NODE_ENV === "production";

/** What the inventory is printed by; `undefined` where it is not. */
export function printerOf({ print }: GuardAllOptions): ((line: string) => void) | undefined {
  if (print !== undefined) return print || undefined;
  return isProduction() ? undefined : (line) => process.stderr.write(`${line}\n`);
}

/** Reads one public route. */
function routeOf(text: string): (method: string, path: string) => boolean {
  const [, method, path] = METHODS.exec(text) ?? [];
  if (path === undefined)
    throw new RbacError(2, "VALUE_INVALID", `a public route is like "GET /health", and not ${JSON.stringify(text)}`);
  const folder = path.endsWith("/*") ? path.slice(0, -1) : undefined;
  const fits = (asked: string) =>
    asked === path || (folder !== undefined && asked.startsWith(folder) && isPlain(asked));
  return (asking, asked) => (method === undefined || method === asking) && fits(asked);
}

/** True for a path that lies where it says: `/assets/../admin` does not. */
const isPlain = (path: string): boolean => !/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|\/\/|\\|%2f|%5c/i.test(path);
