/** Tokens that nobody issued so: none is accepted. And each that is issued verifies, and no other text like it. */
import { createPublicKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keySource } from "../../src/tokens/key-source.ts";
import { publicJwks, rotated } from "../../src/tokens/keys.ts";
import { signToken } from "../../src/tokens/sign-token.ts";
import { verifyToken } from "../../src/tokens/verify-token.ts";
import { TokenError } from "../../src/web/token-error.ts";
import { often } from "../support/often.ts";
import { CLAIMS, EXPECTED, encoded, forged, HEADER, KEYS, macOf, NOW } from "../support/tokens/forge.ts";

const good = forged(HEADER, CLAIMS);
const [head = "", body = "", signature = ""] = good.split(".");
const publicPem = (key: object) =>
  createPublicKey({ key: key as never, format: "jwk" }).export({ type: "spki", format: "pem" });
const { d: _, ...publicKey } = KEYS.es;
const seconds = NOW / 1000;

/** A header with something else in it, rightly signed: what counts is that it is not taken. */
const withHeader = (more: object, key = KEYS.es) => forged({ ...HEADER, ...more }, CLAIMS, key);
const withClaims = (more: object) => forged(HEADER, { ...CLAIMS, ...more });
const without = (name: string) => {
  const { [name]: _gone, ...rest } = CLAIMS as Record<string, unknown>;
  return forged(HEADER, rest);
};
const unsigned = (header: object) => `${encoded(header)}.${body}.`;
const mac = (header: object, secret: string | Uint8Array) => {
  const text = `${encoded(header)}.${body}`;
  return `${text}.${macOf(text, secret)}`;
};
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const twice = (name: string, value: unknown) =>
  forged(HEADER, JSON.stringify(CLAIMS).replace(/}$/, `,${JSON.stringify(name)}:${JSON.stringify(value)}}`));

const HOSTILE: Readonly<Record<string, unknown>> = {
  "no signature: none": unsigned({ ...HEADER, alg: "none" }),
  "no signature: None": unsigned({ ...HEADER, alg: "None" }),
  "no signature: nOnE": unsigned({ ...HEADER, alg: "nOnE" }),
  "none with the signature of another": `${encoded({ ...HEADER, alg: "none" })}.${body}.${signature}`,
  "none, rightly signed": withHeader({ alg: "none" }),
  "no signature under ES256": `${head}.${body}.`,
  "HS256 with the public key as PEM": mac({ ...HEADER, alg: "HS256" }, publicPem(publicKey)),
  "HS256 with the public key as JSON": mac({ ...HEADER, alg: "HS256" }, JSON.stringify(publicKey)),
  "HS256 with the coordinate x": mac({ ...HEADER, alg: "HS256" }, Buffer.from(String(KEYS.es.x), "base64url")),
  "HS256 with nothing": mac({ ...HEADER, alg: "HS256" }, ""),
  "HS256 under the header ES256": mac(HEADER, publicPem(publicKey)),
  "RS256 said of an ES256 key": withHeader({ alg: "RS256" }),
  "ES256 said of an RS256 key": withHeader({ kid: KEYS.rs.kid }, KEYS.rs),
  "an RSA signature under the id of an ES256 key": withHeader({ alg: "RS256" }, KEYS.rs),
  ES384: withHeader({ alg: "ES384" }),
  EdDSA: withHeader({ alg: "EdDSA" }),
  "an algorithm that is no text": withHeader({ alg: ["ES256"] }),
  "no algorithm": forged({ kid: KEYS.es.kid, typ: "at+jwt" }, CLAIMS),
  "no id of a key": forged({ alg: "ES256", typ: "at+jwt" }, CLAIMS),
  "an id that is a path": withHeader({ kid: "../../../../dev/null" }),
  "an id that is SQL": withHeader({ kid: "x' UNION SELECT 'secret' --" }),
  "an id that is a prototype": withHeader({ kid: "__proto__" }),
  "an id that is a number": withHeader({ kid: 0 }),
  "an id that is empty": withHeader({ kid: "" }),
  "a key that nobody knows": forged({ ...HEADER, kid: KEYS.stranger.kid }, CLAIMS, KEYS.stranger),
  "a known id, and another's signature": forged(HEADER, CLAIMS, KEYS.stranger),
  "a key that was rotated out": withHeader({ kid: KEYS.gone.kid }, KEYS.gone),
  "a key inside: jwk": forged({ ...HEADER, jwk: publicKey }, CLAIMS),
  "a key inside of its own": forged({ ...HEADER, kid: KEYS.stranger.kid, jwk: KEYS.stranger }, CLAIMS, KEYS.stranger),
  "an address of keys: jku": withHeader({ jku: "https://evil.example/jwks.json" }),
  "an address of a certificate: x5u": withHeader({ x5u: "https://evil.example/cert" }),
  "a certificate: x5c": withHeader({ x5c: ["MIIB"] }),
  "a critical header": withHeader({ crit: ["exp"], exp: 1 }),
  "an unencoded payload": withHeader({ crit: ["b64"], b64: false }),
  compressed: withHeader({ zip: "DEF" }),
  "another type": withHeader({ typ: "JWT" }),
  "an id token's type": withHeader({ typ: "id_token+jwt" }),
  "no type": forged({ alg: "ES256", kid: KEYS.es.kid }, CLAIMS),
  expired: withClaims({ exp: seconds - 6 }),
  "ending just when the tolerance does": withClaims({ exp: seconds - 5 }),
  "not valid yet": withClaims({ nbf: seconds + 6 }),
  "issued in the future": withClaims({ iat: seconds + 6 }),
  "ending before it begins": withClaims({ iat: seconds + 4, exp: seconds + 2 }),
  "living longer than a day": withClaims({ exp: CLAIMS.iat + 86_401 }),
  "living for ever": withClaims({ exp: Number.MAX_SAFE_INTEGER }),
  "an end that is a text": withClaims({ exp: String(CLAIMS.exp) }),
  "an end that is no whole number": withClaims({ exp: CLAIMS.exp + 0.5 }),
  "an end beyond numbers": forged(HEADER, JSON.stringify(CLAIMS).replace(String(CLAIMS.exp), "1e999")),
  "a negative beginning": withClaims({ iat: -1 }),
  "another audience": withClaims({ aud: "billing" }),
  "an audience that begins so": withClaims({ aud: "api.evil.example" }),
  "an audience in other letters": withClaims({ aud: "API" }),
  "other audiences": withClaims({ aud: ["billing", "mail"] }),
  "no audience in a list": withClaims({ aud: [] }),
  "an audience in a list in a list": withClaims({ aud: [["api"]] }),
  "an audience among what is no text": withClaims({ aud: ["api", 7] }),
  "an audience that is an object": withClaims({ aud: { api: true } }),
  "another issuer": withClaims({ iss: "https://evil.example" }),
  "an issuer in a list": withClaims({ iss: [CLAIMS.iss] }),
  "another database as the issuer": withClaims({ iss: "urn:rbac:ffffffffffffffffffffffffffffffff" }),
  "another database": withClaims({ rbac: { ...CLAIMS.rbac, db: "f".repeat(32) } }),
  "a database that is no text": withClaims({ rbac: { ...CLAIMS.rbac, db: null } }),
  "a revision that is a text": withClaims({ rbac: { ...CLAIMS.rbac, rev: "7" } }),
  "an origin that is a list": withClaims({ rbac: [] }),
  "roles that are a text": withClaims({ roles: "admin" }),
  "permissions that are an object": withClaims({ permissions: { "*": true } }),
  "a scope that is a list": withClaims({ scope: ["posts:read"] }),
  "a sign-in that is a text": withClaims({ auth_time: "now" }),
  "a name that is empty": withClaims({ sub: "" }),
  "a name that is a flag": withClaims({ sub: "--stranger" }),
  "a name with zero width": withClaims({ sub: "ali\u200bce" }),
  "a name with a line end": withClaims({ sub: "alice\nroot" }),
  "a name with a NUL": withClaims({ sub: "alice\0" }),
  "a name that is not in its normal form": withClaims({ sub: "e\u0301ve" }),
  "a name that is too long": withClaims({ sub: "a".repeat(256) }),
  "a name that is a list": withClaims({ sub: ["alice"] }),
  "a name that is null": withClaims({ sub: null }),
  "a claim twice": twice("sub", "root"),
  "a claim twice, spelt otherwise": forged(HEADER, JSON.stringify(CLAIMS).replace(/}$/, ',"s\\u0075b":"root"}')),
  "a header twice": forged(JSON.stringify(HEADER).replace(/}$/, ',"alg":"ES256"}'), CLAIMS),
  "no claims": forged(HEADER, {}),
  "claims that are a list": forged(HEADER, [CLAIMS]),
  "claims that are null": forged(HEADER, "null"),
  "claims that are no JSON": forged(HEADER, "{"),
  "claims that are not UTF-8": forged(HEADER, CLAIMS).replace(
    `.${body}.`,
    `.${Buffer.from([0xff, 0xfe]).toString("base64url")}.`,
  ),
  "claims nested deeply": forged(HEADER, nested(3000)),
  "a header nested deeply": `${encoded(nested(3000))}.${body}.${signature}`,
  huge: withClaims({ padding: "x".repeat(20_000) }),
  "a signature of zeros": `${head}.${body}.${Buffer.alloc(64).toString("base64url")}`,
  "a signature that is too short": `${head}.${body}.${signature.slice(0, 40)}`,
  "a signature that is too long": `${head}.${body}.${signature}AAAA`,
  "a signature in DER": `${head}.${body}.${Buffer.from("3006020101020101", "hex").toString("base64url")}`,
  "a signature in its other spelling": `${head}.${body}.${respelt(signature)}`,
  "a signature of another token": `${head}.${encoded({ ...CLAIMS, sub: "root" })}.${signature}`,
  padded: `${head}.${body}.${signature}==`,
  "base64 in place of base64url": `${head}.${body}.${Buffer.from(signature, "base64url").toString("base64")}`,
  "with a space before": ` ${good}`,
  "with a line end behind": `${good}\n`,
  "with a space inside": `${head}. ${body}.${signature}`,
  "with Bearer": `Bearer ${good}`,
  cut: good.slice(0, -10),
  "two parts": `${head}.${body}`,
  "four parts": `${good}.${signature}`,
  "five parts: encrypted": `${encoded({ alg: "RSA-OAEP", enc: "A256GCM" })}.a.b.c.d`,
  "JSON with one signature": JSON.stringify({ protected: head, payload: body, signature }),
  "JSON with several signatures": JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }),
  "two tokens": `${good},${good}`,
  nothing: "",
  "only dots": "..",
  "no text": { toString: () => good },
  undefined: undefined,
};

/** The same bytes in another spelling: the last character has bits that count for nothing. */
function respelt(part: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return `${part.slice(0, -1)}${letters[letters.indexOf(part.at(-1) ?? "") ^ 1]}`;
}

const refusal = (token: unknown) =>
  verifyToken(token, EXPECTED).then(
    () => "accepted",
    (error) => error,
  );

describe("hostile tokens", () => {
  it("are at least forty, and the token that they are made of is accepted", async () => {
    expect(Object.keys(HOSTILE).length).toBeGreaterThan(40);
    expect(await verifyToken(good, EXPECTED)).toEqual(CLAIMS);
    expect(await verifyToken(withHeader({ alg: "RS256", kid: KEYS.rs.kid }, KEYS.rs), EXPECTED)).toEqual(CLAIMS);
    expect(await verifyToken(withHeader({ kid: KEYS.old.kid }, KEYS.old), EXPECTED)).toEqual(CLAIMS);
  });

  it.each(Object.entries(HOSTILE))("%s", async (_name, token) => {
    const error = await refusal(token);
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ code: "invalid_token" });
    expect(error.message.length).toBeLessThan(80); // What the token says is not repeated.
  });

  it.each(["iss", "sub", "aud", "iat", "exp", "jti", "client_id"])("without %s", async (name) => {
    expect((await refusal(without(name))).message).toBe(`the claim ${name} is missing`);
  });

  it.each([
    ["within the tolerance after its end", { exp: seconds - 4 }],
    ["within the tolerance before its beginning", { iat: seconds + 5, nbf: seconds + 5 }],
    ["one of several audiences", { aud: ["billing", "api"] }],
    ["without an origin", { rbac: undefined }],
    ["with claims of others", { "https://example.com/team": { deep: [1] } }],
  ])("but not %s", async (_name, more) => {
    expect(await refusal(withClaims(more))).toBe("accepted");
  });
});

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((name) => /^[\p{L}\p{N}]+$/u.test(name));
const claims = fc.record({
  sub: text.map((name) => name.normalize("NFC")),
  roles: fc.array(text, { maxLength: 5 }),
  jti: fc.uuid(),
  life: fc.integer({ min: 1, max: 86_400 }),
  on: fc.option(text),
});
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n"];

describe("what is issued", () => {
  it("verifies, and with any one character changed, taken away or put in it does not", async () => {
    await fc.assert(
      fc.asyncProperty(
        claims,
        fc.constantFrom(KEYS.es, KEYS.rs),
        fc.nat(),
        fc.constantFrom(...LETTERS),
        async (given, key, where, letter) => {
          const said = { ...CLAIMS, sub: given.sub, roles: given.roles, jti: given.jti, iat: seconds };
          const whole = { ...said, exp: seconds + given.life, rbac: { ...CLAIMS.rbac, on: given.on } };
          const token = await signToken(whole, key);
          expect(await verifyToken(token, EXPECTED)).toEqual(whole);
          const at = where % token.length;
          const others = [
            token.slice(0, at) + letter + token.slice(at + 1),
            token.slice(0, at) + token.slice(at + 1),
            token.slice(0, at) + letter + token.slice(at),
          ].filter((other) => other !== token);
          for (const other of others) expect(await refusal(other)).toBeInstanceOf(TokenError);
        },
      ),
      { numRuns: often(60) },
    );
  });

  it("of a key that was replaced verifies for a day and the tolerance, and not a moment longer", async () => {
    const keys = await rotated([KEYS.es], "2026-11-30T12:00:00.000Z");
    const last = { ...CLAIMS, iat: seconds, exp: seconds + 86_400 };
    const [token, expires] = [await signToken(last, KEYS.es), NOW + 86_400_000];
    const at = (now: number) => {
      const known = keySource(publicJwks(keys, new Date(now).toISOString()));
      return verifyToken(token, { ...EXPECTED, now, tolerance: 60, keys: known }).then(
        () => "accepted",
        ({ message }) => message,
      );
    };
    expect(await at(expires + 59_000)).toBe("accepted");
    expect(await at(expires + 60_000)).toBe("the key is not one that is known");
    const later = await rotated(keys, new Date(expires + 61_000).toISOString());
    expect(later.map(({ kid }) => kid)).not.toContain(KEYS.es.kid);
    expect(later.filter(({ until }) => until === undefined)).toHaveLength(1);
  });

  it("is public where it is shown: no part of a private key is in a JWKS", () => {
    const names = publicJwks(Object.values(KEYS), "2026-11-30T12:00:00.000Z").keys.flatMap((key) => Object.keys(key));
    expect([...new Set(names)].sort()).toEqual(["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"]);
    expect(() => keySource({ keys: [KEYS.es] })).toThrow("keys must be public keys");
    expect(() => keySource({ keys: [{ kty: "oct", k: "c2VjcmV0" }] })).toThrow("keys must be public keys");
  });
});
