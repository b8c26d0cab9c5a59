/** The guard for Hono 4: middlewares for `app.get(path, middleware, handler)`. */
import type { Framework, Reply } from "../framework.ts";
import { type Check, Guard } from "../guard.ts";
import type { FoundRoute } from "../inventory.ts";
import type { GuardAllOptions, GuardOptions } from "../options.ts";
import type { PolicyHandle } from "../policy-handle.ts";
import { type HonoApp, handlerOf, honoRoutes } from "./hono-routes.ts";

/** What is used of a context of Hono. */
export interface HonoContext {
  readonly req: {
    readonly method: string;
    readonly url: string;
    readonly routePath?: string;
    header(name: string): string | undefined;
    param(name: string): string | undefined;
  };
  /** On Node it has the socket. */
  readonly env: unknown;
  get res(): Response;
  set res(response: Response | undefined);
  get(key: string): unknown;
  body(data: string, status: number, headers: Record<string, string>): Response;
}

export type HonoHandler<C> = (context: C) => Promise<Response>;

export type HonoMiddleware<C> = (context: C, next: () => Promise<void>) => Promise<Response | undefined>;

/** What `@hono/node-server` puts into the environment of a context. */
interface NodeEnvironment {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

const framework: Framework<HonoContext> = {
  // Hono has no setting of trusted proxies: give `context.ip` where there is one, or another server than Node's.
  ip: ({ env }) => (env as NodeEnvironment | undefined)?.incoming?.socket?.remoteAddress,
  method: ({ req }) => req.method,
  path: ({ req }) => new URL(req.url).pathname,
  route: ({ req }) => req.routePath,
  header: ({ req }, name) => req.header(name),
};

const responseOf = (context: HonoContext, { status, headers, body }: Reply): Response =>
  context.body(body, status, { ...headers });

/** The guard of an application of Hono. */
class HonoGuard<C extends HonoContext> extends Guard<C, HonoMiddleware<C>, HonoHandler<C>, HonoApp> {
  /** @internal */
  protected override middleware(check: Check<C>): HonoMiddleware<C> {
    return async (context, next) => {
      const verdict = await check(context);
      if (verdict) return responseOf(context, verdict);
      await next();
      return undefined;
    };
  }

  /** @internal */
  protected override handler(answer: (c: C) => Promise<Reply>): HonoHandler<C> {
    return async (context) => responseOf(context, await answer(context));
  }

  /** @internal */
  protected override routesOf(app: HonoApp): FoundRoute[] {
    return honoRoutes(app);
  }

  /** @internal */
  protected override needOf(middleware: unknown): string | undefined {
    return super.needOf(handlerOf(middleware));
  }

  /** Denies by default: to be used before every route. What answers without having asked is answered by an error. */
  guardAll(options: GuardAllOptions = {}): HonoMiddleware<C> {
    const unasked = this.denyingByDefault(options);
    return async (context, next) => {
      await next();
      const verdict = unasked.verdict(context, context.res.status);
      if (!verdict) return undefined;
      await context.res.body?.cancel();
      context.res = undefined; // Or the headers of the answer would be kept.
      context.res = new Response(verdict.body, { status: verdict.status, headers: { ...verdict.headers } });
      return undefined;
    };
  }
}

/** A guard of an application of Hono by a compiled policy. @throws RbacError (exit 2) for a wrong option. */
const guarding = <C extends HonoContext = HonoContext>(policy: PolicyHandle, options: GuardOptions<C>): HonoGuard<C> =>
  new HonoGuard(policy, options, framework);

export * from "../exported.ts";
export type { HonoApp, HonoGuard };
export { guarding };
