/** Tokens made by hand: whatever a header, a payload and a signature may be, also what no library would sign. */
import { createHmac, createPrivateKey, sign } from "node:crypto";
import { keySource } from "../../../src/tokens/key-source.ts";
import { newKey, publicJwks, type TokenKey } from "../../../src/tokens/keys.ts";
import type { Expected } from "../../../src/tokens/verify-token.ts";

/** The moment at which tokens are verified. */
export const NOW = Date.parse("2026-11-30T12:00:00.000Z");
const AT = NOW / 1000;
const DATABASE = "0123456789abcdef0123456789abcdef";

const CREATED = "2026-11-01T00:00:00.000Z";
/** A key for each algorithm, one that was replaced long ago, and one that nobody knows. */
const keyAt = async (alg: "ES256" | "RS256", until?: string): Promise<TokenKey> => ({
  ...(await newKey(alg, CREATED)),
  ...(until !== undefined && { until }),
});
export const KEYS = {
  es: await keyAt("ES256"),
  rs: await keyAt("RS256"),
  gone: await keyAt("ES256", "2026-11-30T11:59:59.000Z"),
  old: await keyAt("ES256", "2026-11-30T12:00:01.000Z"),
  stranger: await keyAt("ES256"),
};
const JWKS = publicJwks([KEYS.es, KEYS.rs, KEYS.gone, KEYS.old], new Date(NOW).toISOString());

export const EXPECTED: Expected = {
  keys: keySource(JWKS),
  issuer: `urn:rbac:${DATABASE}`,
  audience: "api",
  database: DATABASE,
  type: "at+jwt",
  tolerance: 5,
  now: NOW,
};

export const CLAIMS = {
  iss: `urn:rbac:${DATABASE}`,
  sub: "alice",
  aud: "api",
  iat: AT - 60,
  exp: AT + 600,
  jti: "one",
  client_id: "rbac",
  roles: ["editor"],
  rbac: { rev: 7, db: DATABASE, on: null },
};

export const HEADER = { alg: "ES256", kid: KEYS.es.kid, typ: "at+jwt" };

export const encoded = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** The signature of a text, as the algorithm of a key has it. */
function signatureOf(text: string, key: TokenKey): string {
  const { kty, crv, x, y, d, n, e, p, q, dp, dq, qi } = key;
  const jwk = kty === "EC" ? { kty, crv, x, y, d } : { kty, n, e, d, p, q, dp, dq, qi };
  const secret = createPrivateKey({ key: jwk as never, format: "jwk" });
  const how = kty === "EC" ? ({ key: secret, dsaEncoding: "ieee-p1363" } as const) : secret;
  return sign("sha256", Buffer.from(text), how).toString("base64url");
}

export const macOf = (text: string, secret: string | Uint8Array): string =>
  createHmac("sha256", secret).update(text).digest("base64url");

/** A token with its own signature by a key; header and payload may be text, to be no JSON at all. */
export function forged(header: unknown, payload: unknown, key: TokenKey = KEYS.es): string {
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${signatureOf(text, key)}`;
}
