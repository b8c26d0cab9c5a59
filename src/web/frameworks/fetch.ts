/**
 * The guard for handlers of the web's own `Request` and `Response`: Next.js, Bun, Deno, workers. A need wraps a
 * handler: `g.requirePermission("posts:read")(handler)`.
 */
import type { Framework, Reply } from "../framework.ts";
import { type Check, Guard } from "../guard.ts";
import type { FoundRoute, InventoryRow } from "../inventory.ts";
import type { GuardAllOptions, GuardOptions } from "../options.ts";
import type { PolicyHandle } from "../policy-handle.ts";

/** A handler; what comes behind the request is passed on. */
export type FetchHandler<C, A extends readonly unknown[]> = (request: C, ...more: A) => Response | Promise<Response>;

export type FetchMiddleware<C> = <A extends readonly unknown[]>(
  handler: FetchHandler<C, A>,
) => (request: C, ...more: A) => Promise<Response>;

const framework: Framework<Request> = {
  ip: () => undefined, // A Request does not say it: give `context.ip` where the server does.
  method: ({ method }) => method,
  path: ({ url }) => new URL(url).pathname,
  route: () => undefined,
  header: ({ headers }, name) => headers.get(name) ?? undefined,
};

const responseOf = ({ status, headers, body }: Reply): Response => new Response(body, { status, headers });

class FetchGuard<C extends Request> extends Guard<C, FetchMiddleware<C>, FetchHandler<C, []>, undefined> {
  /** @internal */
  protected override middleware(check: Check<C>): FetchMiddleware<C> {
    return (handler) =>
      async (request, ...more) => {
        const verdict = await check(request);
        return verdict ? responseOf(verdict) : handler(request, ...more);
      };
  }

  /** @internal */
  protected override handler(answer: (c: C) => Promise<Reply>): FetchHandler<C, []> {
    return async (request) => responseOf(await answer(request));
  }

  /** @internal */
  protected override routesOf(): FoundRoute[] {
    return [];
  }

  override async ready(): Promise<void> {
    await super.ready();
    this.printInventory(undefined);
  }

  /** What is needed somewhere: handlers have no list of routes. */
  override inventory(): InventoryRow[] {
    return [...new Set(this.needTexts())].map((needs) => ({ method: "", path: "", needs }));
  }

  /** Denies by default: wraps the handler of the whole application. What answers without having asked is an error. */
  guardAll(options: GuardAllOptions = {}): FetchMiddleware<C> {
    const unasked = this.denyingByDefault(options);
    return (handler) =>
      async (request, ...more) => {
        const response = await handler(request, ...more);
        const verdict = unasked.verdict(request, response.status);
        if (!verdict) return response;
        await response.body?.cancel();
        return responseOf(verdict);
      };
  }
}

/** A guard of handlers by a compiled policy. @throws RbacError (exit 2) for a wrong option. */
const guarding = <C extends Request = Request>(policy: PolicyHandle, options: GuardOptions<C>): FetchGuard<C> =>
  new FetchGuard(policy, options, framework);

export * from "../exported.ts";
export type { FetchGuard };
export { guarding };
