/** The guard for Fastify 5: hooks for `app.get(path, { preHandler }, handler)`. */
import type { Compiled } from "../../index.ts";
import type { Framework, Reply } from "../framework.ts";
import { type Check, Guard } from "../guard.ts";
import type { FoundRoute } from "../inventory.ts";
import type { GuardAllOptions, GuardOptions } from "../options.ts";
import type { FastifyApp, FastifyReply, FastifyRequest } from "./fastify-application.ts";
import { FastifyRoutes } from "./fastify-routes.ts";
import { judgeAnswer } from "./node-response.ts";

/** As a method, for a route may know more of its requests than Fastify's own type says. */
interface Hooks<C> {
  run(request: C, reply: FastifyReply): Promise<unknown>;
}

/** For `preHandler`, or an earlier hook. */
export type FastifyHook<C> = Hooks<C>["run"];

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
class FastifyGuard<C extends FastifyRequest> extends Guard<C, FastifyHook<C>, FastifyHook<C>, FastifyApp> {
  readonly #routes = new FastifyRoutes();

  /** @internal */
  protected override middleware(check: Check<C>): FastifyHook<C> {
    return async (request, reply) => {
      const verdict = await check(request);
      return verdict && answerBy(reply, verdict);
    };
  }

  /** @internal */
  protected override handler(answer: (c: C) => Promise<Reply>): FastifyHook<C> {
    return async (request, reply) => answerBy(reply, await answer(request));
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
  policy: Compiled,
  options: GuardOptions<C>,
): FastifyGuard<C> => new FastifyGuard(policy, options, framework);

export * from "../exported.ts";
export type { FastifyApp, FastifyGuard };
export { guarding };
