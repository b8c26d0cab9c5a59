/** Signs claims as a token. */
import { importJWK, SignJWT } from "jose";
import type { TokenKey } from "./keys.ts";
import type { TokenClaims } from "./token-claims.ts";

/** The type of an access token in its header (RFC 9068). */
export const ACCESS_TOKEN = "at+jwt";

/** @param claims for one audience, as they are issued */
export async function signToken(claims: TokenClaims & { readonly aud: string }, key: TokenKey): Promise<string> {
  const { alg, kid } = key;
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, typ: ACCESS_TOKEN }).sign(await importJWK(key, alg));
}
