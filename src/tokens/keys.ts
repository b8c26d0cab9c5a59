/** The keys that sign tokens: made, replaced, and shown to those who verify. A file of them is a private JWKS. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";
import { LONGEST_LIFE } from "./token-claims.ts";
import { ALGORITHMS, type Algorithm } from "./token-parts.ts";

/** A private key. Times are RFC 3339 UTC with milliseconds. */
export interface TokenKey extends JWK {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly created: string;
  /** Of a key that was replaced: until when it verifies. */
  readonly until?: string;
}

/** The most that clocks may differ, in seconds. */
export const MOST_TOLERANCE = 60;

/** A new key. Its id is its RFC 7638 thumbprint, which says nothing of where it lies. */
export async function newKey(alg: Algorithm, now: string): Promise<TokenKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: "sig", created: now };
}

/** The key that signs: the one that was not replaced. */
export const signingKey = (keys: readonly TokenKey[]): TokenKey | undefined =>
  keys.find(({ until }) => until === undefined);

/** The keys that verify at a time: one that was replaced does until the last token that it signed has ended. */
const verifyingKeys = (keys: readonly TokenKey[], now: string): TokenKey[] =>
  keys.filter(({ until }) => until === undefined || now < until);

/** The keys with a new one that signs. Those that verify nothing any more are dropped. */
export async function rotated(keys: readonly TokenKey[], now: string, alg?: Algorithm): Promise<TokenKey[]> {
  const until = new Date(Date.parse(now) + (LONGEST_LIFE + MOST_TOLERANCE) * 1000).toISOString();
  const [fallback] = ALGORITHMS;
  const fresh = await newKey(alg ?? signingKey(keys)?.alg ?? fallback, now);
  return [fresh, ...verifyingKeys(keys, now).map((key) => ({ ...key, until: key.until ?? until }))];
}

/** Public keys as a JWKS. */
export interface Jwks {
  readonly keys: readonly object[];
}

/** The public halves of the keys that verify at a time. What is not named here is private. */
export const publicJwks = (keys: readonly TokenKey[], now: string): Jwks => ({
  keys: verifyingKeys(keys, now).map(({ kty, crv, x, y, n, e, kid, alg }) => ({
    kty,
    ...(kty === "EC" ? { crv, x, y } : { n, e }),
    kid,
    alg,
    use: "sig",
  })),
});
