/** The guard for Koa 3, and 2: middlewares for `router.get(path, middleware, handler)` of `@koa/router`. */
import type { Framework, Reply } from "../framework.ts";
import { type Check, Guard } from "../guard.ts";
import type { FoundRoute } from "../inventory.ts";
import type { GuardAllOptions, GuardOptions } from "../options.ts";
import type { PolicyHandle } from "../policy-handle.ts";
import { type KoaApp, koaRoutes } from "./koa-routes.ts";
import { judgeAnswer, type NodeResponse } from "./node-response.ts";

/** What is used of a context of Koa. */
export interface KoaContext {
  /** False where the handler answers by itself, and Koa does not. */
  readonly respond?: boolean | undefined;
  readonly method: string;
  readonly originalUrl: string;
  /** As the setting `proxy` has it: by default the address of the socket. */
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly res: NodeResponse;
  status: number;
  body: unknown;
  set(name: string, value: string): unknown;
}

export type KoaMiddleware<C> = (context: C, next: () => Promise<unknown>) => Promise<unknown>;

/** What a route finds there when it runs. */
type KoaRouteContext = KoaContext & { readonly params: Readonly<Record<string, string>>; readonly state: object };

const framework: Framework<KoaContext> = {
  ip: ({ ip }) => ip || undefined,
  method: ({ method }) => method,
  path: ({ originalUrl }) => originalUrl.replace(/\?.*$/s, ""),
  route: (context) => {
    const { _matchedRoute: path } = context as { readonly _matchedRoute?: unknown };
    return typeof path === "string" ? path : undefined;
  },
  header: ({ headers }, name) => [headers[name]].flat()[0],
};

function answerBy(context: KoaContext, { status, headers, body }: Reply): void {
  context.status = status;
  for (const [name, value] of Object.entries(headers)) context.set(name, value);
  context.body = body;
}

/** The guard of an application of Koa. */
class KoaGuard<C extends KoaContext> extends Guard<C, KoaMiddleware<C>, KoaMiddleware<C>, KoaApp> {
  /** @internal */
  protected override middleware(check: Check<C>): KoaMiddleware<C> {
    return async (context, next) => {
      const verdict = await check(context);
      return verdict ? answerBy(context, verdict) : next();
    };
  }

  /** @internal */
  protected override handler(answer: (c: C) => Promise<Reply>): KoaMiddleware<C> {
    return async (context) => answerBy(context, await answer(context));
  }

  /** @internal */
  protected override routesOf(app: KoaApp): FoundRoute[] {
    return koaRoutes(app);
  }

  /** Denies by default: to be used before all else. What answers without having asked is answered by an error. */
  guardAll(options: GuardAllOptions = {}): KoaMiddleware<C> {
    const unasked = this.denyingByDefault(options);
    return (context, next) => {
      // Koa presets 404, under which a handler may write by itself.
      judgeAnswer(context.res, (status) => unasked.verdict(context, context.respond === false ? 200 : status));
      return next();
    };
  }
}

/** A guard of an application of Koa by a compiled policy. @throws RbacError (exit 2) for a wrong option. */
const guarding = <C extends KoaContext = KoaRouteContext>(
  policy: PolicyHandle,
  options: GuardOptions<C>,
): KoaGuard<C> => new KoaGuard(policy, options, framework);

export * from "../exported.ts";
export type { KoaApp, KoaGuard };
export { guarding };
