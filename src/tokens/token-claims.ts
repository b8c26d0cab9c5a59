/** What a token says: claims by RFC 9068, and those of this package. */
import { nameFault } from "../policy/model/names.ts";
import { TokenError } from "../web/token-error.ts";

/** Of which policy the claims of a token were read. */
export interface TokenOrigin {
  /** The revision of the policy. */
  readonly rev: number;
  /** The id of the database. */
  readonly db: string;
  /** The scope on which the claims hold; `null` is the root. */
  readonly on: string | null;
  /** The roles that the user held, where the token lists permissions or scopes. */
  readonly roles?: readonly string[];
}

export interface TokenClaims {
  readonly iss: string;
  /** The name of the user. */
  readonly sub: string;
  readonly aud: string | readonly string[];
  /** Times are in seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly client_id: string;
  /** Scopes by OAuth2, with spaces in between. */
  readonly scope?: string;
  /** When the user signed in. */
  readonly auth_time?: number;
  readonly email?: string;
  readonly roles?: readonly string[];
  readonly permissions?: readonly string[];
  readonly rbac?: TokenOrigin;
}

/** The longest that a token may live, in seconds: a key that was replaced verifies as long. */
export const LONGEST_LIFE = 24 * 60 * 60;

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isTime = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isOrigin = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { rev, db, on, roles } = value as Readonly<Record<string, unknown>>;
  return isTime(rev) && isText(db) && (on === null || isText(on)) && (roles === undefined || isTexts(roles));
};

/** The form of each claim; those of the first table must be there. */
const NEEDED: Readonly<Record<string, (value: unknown) => boolean>> = {
  iss: isText,
  sub: (value) => typeof value === "string" && value.normalize("NFC") === value && nameFault(value) === undefined,
  aud: (value) => isText(value) || (isTexts(value) && (value as unknown[]).length > 0),
  iat: isTime,
  exp: isTime,
  jti: isText,
  client_id: isText,
};
const OPTIONAL: typeof NEEDED = {
  nbf: isTime,
  scope: (value) => typeof value === "string",
  auth_time: isTime,
  email: isText,
  roles: isTexts,
  permissions: isTexts,
  rbac: isOrigin,
};

/** @throws TokenError for a claim that is missing or of another form. */
export function checkClaims(payload: Readonly<Record<string, unknown>>): TokenClaims {
  for (const [name, fits] of Object.entries(NEEDED)) {
    if (!Object.hasOwn(payload, name)) throw refusedToken(`the claim ${name} is missing`);
    if (!fits(payload[name])) throw refusedToken(`the claim ${name} has a form that it cannot have`);
  }
  for (const [name, fits] of Object.entries(OPTIONAL))
    if (Object.hasOwn(payload, name) && !fits(payload[name]))
      throw refusedToken(`the claim ${name} has a form that it cannot have`);
  return payload as object as TokenClaims;
}

export const refusedToken = (why: string): TokenError => new TokenError("invalid_token", why);
