/** The face of the package for those who get tokens: `rbac-admin/token`. */
import { covers, parseScope } from "../policy/model/scopes.ts";
import type { Claims } from "../web/options.ts";
import { bearerIn } from "./bearer.ts";
import { ChangeFeed, type Changes } from "./change-feed.ts";
import { keySource } from "./key-source.ts";
import type { Jwks } from "./keys.ts";
import { refusedToken, type TokenClaims, type TokenOrigin } from "./token-claims.ts";
import { verifyToken } from "./verify-token.ts";
import { readVerifyingOptions, type VerifyingOptions } from "./verifying-options.ts";

/** What a token that was accepted says. */
interface VerifiedToken {
  /** Who asks. */
  readonly user: string;
  /** All that it says; in mode `live` nothing of roles and permissions, for which the policy is asked. */
  readonly claims: TokenClaims;
  /**
   * True where the token lists the permission, and for this scope. In mode `live` nothing is listed. A name that no
   * policy has is a no, too: where the policy can be asked, ask it.
   */
  may(permission: string, on?: string | null): boolean;
}

/** What a guard takes of tokens, for `{ ...tokens.bearer(…) }` in its options. */
interface BearerOptions<C> {
  readonly user: (c: C) => Promise<string | undefined>;
  readonly claims: (c: C) => Promise<Claims | undefined>;
}

class Verifying {
  readonly #options: ReturnType<typeof readVerifyingOptions>;
  readonly #keys: ReturnType<typeof keySource>;
  readonly #feed: ChangeFeed | undefined;

  /** @internal */
  constructor(options: VerifyingOptions) {
    this.#options = readVerifyingOptions(options);
    this.#keys = keySource(this.#options.keys);
    const { changes, maxLag } = this.#options;
    this.#feed = changes && new ChangeFeed(changes, { maxLag, clock: () => performance.now() });
  }

  /** Seconds for which a token is taken beyond its end. @internal */
  get tolerance(): number {
    return this.#options.tolerance;
  }

  /**
   * @param token as it came, without `Bearer`
   * @throws TokenError for a token that is refused; RbacError (exit 4) where nobody can tell: the keys cannot be
   *   fetched, or in mode `fresh` what changed is not known.
   */
  async verify(token: string): Promise<VerifiedToken> {
    const claims = await verifyToken(token, { ...this.#options, keys: this.#keys, now: Date.now() });
    if (this.#feed) await refuseStale(claims, this.#feed);
    const shown = this.#options.mode === "live" ? withoutRights(claims) : claims;
    return { user: claims.sub, claims: shown, may: (permission, on = null) => says(shown, permission, on) };
  }

  /**
   * Who asks and their claims, for the options of a guard. A request is verified once.
   * @param header reads the header `authorization` of a request; without one, nobody signed in
   */
  bearer<C extends object>(header: (c: C) => string | null | undefined): BearerOptions<C> {
    const known = new WeakMap<C, Promise<VerifiedToken | undefined>>();
    const verified = async (c: C) => {
      const token = bearerIn(header(c));
      return token === undefined ? undefined : this.verify(token);
    };
    const of = (c: C) => {
      const verifying = known.get(c) ?? verified(c);
      known.set(c, verifying);
      return verifying;
    };
    return { user: async (c) => (await of(c))?.user, claims: async (c) => (await of(c))?.claims };
  }
}

async function refuseStale({ sub, roles, rbac }: TokenClaims, feed: ChangeFeed): Promise<void> {
  const held = rbac?.roles ?? roles;
  if (!rbac || !held) throw refusedToken("the token does not say of which policy it is, and of which roles");
  if (await feed.isStale({ user: sub, rev: rbac.rev, roles: held }))
    throw refusedToken("roles changed since this token was issued");
}

function withoutRights({ roles: _, permissions: __, ...claims }: TokenClaims): TokenClaims {
  return claims;
}

function says({ permissions = [], rbac }: TokenClaims, permission: string, on: string | null): boolean {
  const scope = on === null ? null : parseScope(on);
  return permissions.includes(permission) && covers(rbac?.on ?? null, scope);
}

/** What verifies tokens of one issuer, for one audience. @throws RbacError (exit 2) for a wrong option. */
const verifying = (options: VerifyingOptions): Verifying => new Verifying(options);

export { TokenError } from "../web/token-error.ts";
export type {
  BearerOptions,
  Changes,
  Claims,
  Jwks,
  TokenClaims,
  TokenOrigin,
  VerifiedToken,
  Verifying,
  VerifyingOptions,
};
export { verifying };
