/** The error for a token that is refused. */

/** By which every face of the package knows a refused token: each has a class of its own. */
const REFUSED_TOKEN = Symbol.for("rbac-admin.refused-token");

/** A token that is refused; what `user` or `claims` of a guard may throw to have it answered as RFC 6750 says. */
export class TokenError extends Error {
  /** `invalid_request` for what is malformed: 400. `invalid_token` for what is wrong, expired or revoked: 401. */
  readonly code: "invalid_request" | "invalid_token";

  constructor(code: "invalid_request" | "invalid_token", description: string) {
    super(description);
    this.name = "TokenError";
    Object.defineProperty(this, REFUSED_TOKEN, { value: true });
    this.code = code;
  }
}

/** True for a token that is refused, whichever face of the package its error is of. */
export const isTokenError = (error: unknown): error is TokenError => error instanceof Error && REFUSED_TOKEN in error;
