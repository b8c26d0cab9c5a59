/** Where those who verify have public keys from: a JWKS, or an address that has one. */
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { RbacError } from "../errors.ts";
import type { Jwks } from "./keys.ts";

/** A `URL`, of which not every program has the type. */
export interface KeyAddress {
  readonly href: string;
}

const invalid = (message: string): RbacError => new RbacError(2, "TOKEN_KEY_INVALID", message);

/**
 * How to find a key by its id.
 * @param keys a JWKS as a value or as text, or the URL of one, which must be safe from others: https, or this machine
 * @throws RbacError `TOKEN_KEY_INVALID` (exit 2), for a private key, too
 */
export function keySource(keys: Jwks | string | KeyAddress): JWTVerifyGetKey {
  if (typeof keys === "object" && keys && "href" in keys) return remote(new URL(keys.href));
  const jwks = (typeof keys === "string" ? parsed(keys) : keys) as Jwks | null;
  if (!Array.isArray(jwks?.keys))
    throw invalid("keys must be a JWKS: an object with a list of keys, or the URL of one");
  if (jwks.keys.some((key: unknown) => typeof key !== "object" || key === null || "d" in key || "k" in key))
    throw invalid("keys must be public keys: rbac token key export prints them");
  return createLocalJWKSet(structuredClone(jwks) as object as JSONWebKeySet);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("keys must be a JWKS, and this text is no JSON; an address is given as a URL");
  }
}

const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

function remote(url: URL): JWTVerifyGetKey {
  if (url.protocol !== "https:" && !(url.protocol === "http:" && LOCAL.includes(url.hostname)))
    throw invalid("the URL of keys must be https: whoever answers for it could sign tokens");
  const fetched = createRemoteJWKSet(url);
  return async (header, token) => {
    try {
      return await fetched(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey) throw cause;
      throw new RbacError(4, "TOKEN_KEYS_AWAY", "the keys of tokens cannot be fetched", { retry: true, cause });
    }
  };
}
