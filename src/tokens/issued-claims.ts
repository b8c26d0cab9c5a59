/** The claims of a new token. */
import { randomUUID } from "node:crypto";
import { wrong } from "../errors.ts";
import type { Scope } from "../policy/model/scopes.ts";
import type { HeldRights } from "./held-rights.ts";
import { LONGEST_LIFE, type TokenClaims } from "./token-claims.ts";

export const CLAIM_KINDS = ["roles", "permissions", "scope"] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

/** What is wished of a token. */
export interface Wished {
  readonly audience: string;
  readonly clientId: string;
  readonly kind: ClaimKind;
  readonly withEmail: boolean;
  /** In milliseconds. */
  readonly life: number;
  /** By default the URN of the database. */
  readonly issuer?: string | undefined;
}

/** Whose rights at which revision of which database. */
export interface TokenSource {
  readonly user: string;
  readonly on: Scope;
  readonly revision: number;
  readonly database: string;
}

export interface Issued {
  readonly claims: TokenClaims & { readonly aud: string };
  /** Permissions that are held, and which the token cannot say. */
  readonly leftOut: readonly string[];
  /** True where the token ends with a window of an assignment. */
  readonly isCut: boolean;
}

/** The issuer of tokens of a database that say no other. */
export const issuerOf = (database: string): string => `urn:rbac:${database}`;

/** The id of the database that such an issuer names. */
export const databaseOfIssuer = (issuer: string): string | undefined => /^urn:rbac:([0-9a-f]{32})$/.exec(issuer)?.[1];

/** A scope of OAuth2 (RFC 6749): a name with a space in it would be read as two. */
const isScopeToken = (name: string): boolean => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name);

/** @throws RbacError `VALUE_INVALID` (exit 2) for a life of more than a day, or of less than a second. */
export function issuedClaims(rights: HeldRights, source: TokenSource, wished: Wished, now: string): Issued {
  const { life, kind, issuer = issuerOf(source.database) } = wished;
  if (life < 1000 || life > LONGEST_LIFE * 1000)
    throw wrong("VALUE_INVALID", "a token lives for a second at least, and for 24h at most");
  const iat = Math.floor(Date.parse(now) / 1000);
  const next = rights.next === null ? Number.POSITIVE_INFINITY : Math.floor(Date.parse(rights.next) / 1000);
  const exp = Math.min(iat + Math.floor(life / 1000), next);
  const { rev, db, on } = { rev: source.revision, db: source.database, on: source.on };
  const sayable = kind === "scope" ? rights.permissions.filter(isScopeToken) : rights.permissions;
  const claims = {
    iss: issuer,
    sub: source.user,
    aud: wished.audience,
    iat,
    exp,
    jti: randomUUID(),
    client_id: wished.clientId,
    ...(wished.withEmail && rights.email !== null && { email: rights.email }),
    ...(kind === "roles" && { roles: rights.roles }),
    ...(kind === "permissions" && { permissions: sayable }),
    ...(kind === "scope" && { scope: sayable.join(" ") }),
    rbac: { rev, db, on, ...(kind !== "roles" && { roles: rights.holding }) },
  };
  const unsaid = rights.permissions.filter((name) => !sayable.includes(name));
  return { claims, leftOut: kind === "roles" ? [] : [...rights.leftOut, ...unsaid], isCut: exp === next };
}
