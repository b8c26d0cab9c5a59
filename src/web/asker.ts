/** Who sends a request, found out once for each request. */
import type { Framework } from "./framework.ts";
import type { Claims, GuardOptions } from "./options.ts";
import { called, type Soon } from "./soon.ts";

/** What a `load` threw: the application's own, though it be an error of the policy. */
export class LoadFault extends Error {
  constructor(cause: unknown) {
    super("what a request is about cannot be loaded", { cause });
  }
}

/** What is known of one request. It is kept beside the request, and goes with it. */
export interface RequestState {
  /** True where anything was asked about this request, or its route is public. */
  asked: boolean;
  user?: { readonly name: Soon<string | null | undefined> };
  claims?: { readonly of: Soon<Claims | undefined> };
  /** What was loaded, by the function that loads it: a route may load two things, and none twice. */
  readonly loaded: Map<unknown, Soon<unknown>>;
  /** The function that the route's own need loads by. */
  load?: ((c: never) => unknown) | undefined;
}

export class Askers<C extends object> {
  readonly #options: GuardOptions<C>;
  readonly #framework: Framework<C>;
  readonly #states = new WeakMap<C, RequestState>();

  constructor(options: GuardOptions<C>, framework: Framework<C>) {
    this.#options = options;
    this.#framework = framework;
  }

  stateOf(c: C): RequestState {
    const known = this.#states.get(c);
    if (known) return known;
    const state: RequestState = { asked: false, loaded: new Map() };
    this.#states.set(c, state);
    return state;
  }

  /** The name of who asks; `null` for a stranger, `undefined` where nobody signed in. */
  userOf(c: C): Soon<string | null | undefined> {
    const state = this.stateOf(c);
    state.user ??= { name: called(this.#options.user, c) };
    return state.user.name;
  }

  claimsOf(c: C): Soon<Claims | undefined> {
    const state = this.stateOf(c);
    const { claims } = this.#options;
    state.claims ??= { of: claims && called(claims, c) };
    return state.claims.of;
  }

  /** What the request is about, loaded once; `null` where there is nothing. */
  loadedBy<R>(c: C, load: (c: C) => R | Promise<R>): Soon<R> {
    const { loaded } = this.stateOf(c);
    if (loaded.has(load)) return loaded.get(load) as Soon<R>;
    const found = called(load, c);
    const kept = found instanceof Promise ? found.catch(failedLoad) : found;
    loaded.set(load, kept);
    return kept;
  }

  /** The id of the request, for the body of a reply, where it can be shown as it is. */
  requestIdOf(c: C): { readonly requestId?: string } {
    const id = this.#framework.header(c, "x-request-id");
    return id !== undefined && /^[\x21-\x7e]{1,128}$/.test(id) ? { requestId: id } : {};
  }
}

function failedLoad(cause: unknown): never {
  throw new LoadFault(cause);
}
