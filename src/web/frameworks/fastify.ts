/** The guard for Fastify 5: hooks for `app.get(path, { preHandler }, handler)`. */
import type { Filter, FilterOptions, PermissionName } from "../../index.ts";
import type { Framework, Reply } from "../framework.ts";
import { type AskHow, type Check, Guard } from "../guard.ts";
import type { FoundRoute } from "../inventory.ts";
import type { GuardAllOptions, GuardOptions } from "../options.ts";
import type { PolicyHandle } from "../policy-handle.ts";
import { settle } from "../soon.ts";
import type { FastifyApp, FastifyReply, FastifyRequest } from "./fastify-application.ts";
import { FastifyRoutes } from "./fastify-routes.ts";
import { judgeAnswer } from "./node-response.ts";

/** For `preHandler`, or an earlier hook, of any route: what a route knows of its params does not matter here. */
export type FastifyHook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

type FastifyHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** What a route finds there when it runs. */
type FastifyRouteRequest = FastifyRequest & { readonly params: Readonly<Record<string, string>> };

/** What `app.register` takes. */
type Plugin = (app: FastifyApp) => Promise<void>;

const framework: Framework<FastifyRequest> = {
  ip: ({ ip }) => ip,
  method: ({ method }) => method,
  path: ({ originalUrl }) => originalUrl.replace(/\?.*$/s, ""),
  route: ({ routeOptions }) => routeOptions.url,
  header: ({ headers }, name) => [headers[name]].flat()[0],
};

function answerBy(reply: FastifyReply, { status, headers, body }: Reply): FastifyReply {
  reply.code(status);
  reply.headers({ ...headers });
  reply.send(Buffer.from(body)); // To the type of a text Fastify would add a charset.
  return reply;
}

/** The guard of an application of Fastify. */
class FastifyGuard<C extends FastifyRequest> extends Guard<C, FastifyHook, FastifyHandler, FastifyApp> {
  readonly #routes = new FastifyRoutes();

  /** @internal */
  protected override middleware(judge: Check<C>): FastifyHook {
    return (request, reply, done) => {
      const pass = (verdict: Reply | undefined) => (verdict ? answerBy(reply, verdict) : done());
      settle(
        () => judge(request as C),
        pass,
        (error) => done(error as Error),
      );
    };
  }

  /** @internal */
  protected override handler(answer: (c: C) => Promise<Reply>): FastifyHandler {
    return async (request, reply) => answerBy(reply, await answer(request as C));
  }

  override can<P extends PermissionName>(c: FastifyRequest, permission: P, how?: AskHow<C, P>): Promise<boolean> {
    return super.can(c as C, permission, how);
  }

  override user(c: FastifyRequest): Promise<string | null | undefined> {
    return super.user(c as C);
  }

  override filter<P extends PermissionName>(
    c: FastifyRequest,
    permission: P,
    options: FilterOptions<P>,
  ): Promise<Filter> {
    return super.filter(c as C, permission, options);
  }

  override resource<R>(c: FastifyRequest): Promise<R | null> {
    return super.resource<R>(c as C);
  }

  /** @internal */
  protected override routesOf(app: FastifyApp): FoundRoute[] {
    return this.#routes.of(app);
  }

  /**
   * Denies by default: a plugin, to be awaited before every route: `await app.register(g.guardAll())`. What answers
   * without having asked is answered by an error.
   */
  guardAll(options: GuardAllOptions = {}): Plugin {
    const unasked = this.denyingByDefault(options);
    const plugin: Plugin = async (app) => {
      this.#routes.gatherIn(app);
      app.addHook("onRequest", (request, reply, next) => {
        judgeAnswer(reply.raw, (status) => unasked.verdict(request as C, status));
        next();
      });
      app.addHook("onReady", (next) => {
        this.printInventory(app);
        next();
      });
    };
    // Fastify's own word for a plugin whose hooks count for all that is registered beside it.
    return Object.assign(plugin, { [Symbol.for("skip-override")]: true });
  }
}

/** A guard of an application of Fastify by a compiled policy. @throws RbacError (exit 2) for a wrong option. */
const guarding = <C extends FastifyRequest = FastifyRouteRequest>(
  policy: PolicyHandle,
  options: GuardOptions<C>,
): FastifyGuard<C> => new FastifyGuard(policy, options, framework);

export * from "../exported.ts";
export type { FastifyApp, FastifyGuard };
export { guarding };
