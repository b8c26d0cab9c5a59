/** The guard for Express 5, and 4: middlewares for `app.get(path, middleware, handler)`. */
import type { Framework, Reply } from "../framework.ts";
import { type Check, Guard } from "../guard.ts";
import type { FoundRoute } from "../inventory.ts";
import type { GuardAllOptions, GuardOptions } from "../options.ts";
import type { PolicyHandle } from "../policy-handle.ts";
import { settle } from "../soon.ts";
import { type ExpressApp, expressRoutes } from "./express-routes.ts";
import { judgeAnswer, type NodeResponse, send } from "./node-response.ts";

/** What is used of a request of Express. */
export interface ExpressRequest {
  readonly method: string;
  readonly originalUrl: string;
  readonly baseUrl: string;
  /** As the setting `trust proxy` has it: by default the address of the socket. */
  readonly ip?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: Readonly<Record<string, string | string[]>>;
}

export type ExpressMiddleware<C> = (request: C, response: NodeResponse, next: (error?: unknown) => void) => void;

const framework: Framework<ExpressRequest> = {
  ip: ({ ip }) => ip,
  method: ({ method }) => method,
  path: ({ originalUrl }) => originalUrl.replace(/\?.*$/s, ""),
  route: (request) => {
    const { route } = request as { readonly route?: { readonly path?: unknown } };
    return typeof route?.path === "string" ? `${request.baseUrl}${route.path}` : undefined;
  },
  header: ({ headers }, name) => [headers[name]].flat()[0],
};

/** The guard of an application of Express. */
class ExpressGuard<C extends ExpressRequest> extends Guard<C, ExpressMiddleware<C>, ExpressMiddleware<C>, ExpressApp> {
  /** @internal */
  protected override middleware(judge: Check<C>): ExpressMiddleware<C> {
    return (request, response, next) => {
      const check = () => judge(request);
      settle(check, (verdict) => (verdict ? send(response, verdict) : next()), next);
    };
  }

  /** @internal */
  protected override handler(answer: (c: C) => Promise<Reply>): ExpressMiddleware<C> {
    return (request, response, next) => {
      answer(request)
        .then((reply) => send(response, reply))
        .catch(next);
    };
  }

  /** @internal */
  protected override routesOf(app: ExpressApp): FoundRoute[] {
    return expressRoutes(app);
  }

  /** Denies by default: to be used before every route. What answers without having asked is answered by an error. */
  guardAll(options: GuardAllOptions = {}): ExpressMiddleware<C> {
    const unasked = this.denyingByDefault(options);
    return (request, response, next) => {
      judgeAnswer(response, (status) => unasked.verdict(request, status));
      next();
    };
  }
}

/** A guard of an application of Express by a compiled policy. @throws RbacError (exit 2) for a wrong option. */
const guarding = <C extends ExpressRequest = ExpressRequest>(
  policy: PolicyHandle,
  options: GuardOptions<C>,
): ExpressGuard<C> => new ExpressGuard(policy, options, framework);

export * from "../exported.ts";
export type { ExpressApp, ExpressGuard };
export { guarding };
