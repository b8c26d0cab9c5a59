/** Verifies a token by RFC 8725: everything that it is held to is said beforehand, and nothing is taken from itself. */
import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { checkClaims, LONGEST_LIFE, refusedToken, type TokenClaims } from "./token-claims.ts";
import { readToken } from "./token-parts.ts";

/** What a token is held to. */
export interface Expected {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  /** The id of the database that it must be of; `undefined` where any will do. */
  readonly database?: string | undefined;
  readonly type: string;
  /** How far clocks may differ, in seconds. */
  readonly tolerance: number;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** @throws TokenError with the reason, whatever is wrong with it. */
export async function verifyToken(text: unknown, expected: Expected): Promise<TokenClaims> {
  const { header } = readToken(text);
  const { issuer, audience, type, tolerance, now } = expected;
  const payload = await payloadOf(text as string, expected.keys, {
    algorithms: [header.alg],
    issuer,
    audience,
    typ: type,
    clockTolerance: tolerance,
    currentDate: new Date(now),
  });
  const claims = checkClaims(payload);
  const { iat, exp, rbac } = claims;
  if (iat > now / 1000 + tolerance) throw refusedToken("the token is issued in the future");
  if (exp < iat) throw refusedToken("the token ends before it begins");
  if (exp - iat > LONGEST_LIFE) throw refusedToken("the token lives longer than a day");
  if (expected.database !== undefined && rbac !== undefined && rbac.db !== expected.database)
    throw refusedToken("the token is of another database");
  return claims;
}

/** @throws TokenError, and as `keys` does where they cannot be had. */
async function payloadOf(text: string, keys: JWTVerifyGetKey, how: Parameters<typeof jwtVerify>[2]) {
  try {
    return (await jwtVerify(text, keys, how)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refusedToken(reasonOf(error));
    throw error;
  }
}

/** The reason in words of ours: those of the package may change, and repeat what the token says. */
function reasonOf(error: InstanceType<typeof errors.JOSEError>): string {
  if (error instanceof errors.JWTExpired) return "the token has expired";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "the signature is wrong";
  if (error instanceof errors.JWKSNoMatchingKey) return "the key is not one that is known";
  if (error instanceof errors.JWTClaimValidationFailed) return claimReasonOf(error.claim, error.reason);
  return "the token cannot be read";
}

const CLAIMS: Readonly<Record<string, string>> = {
  iss: "the token is of another issuer",
  aud: "the token is for another audience",
  typ: "the token is of another type",
  nbf: "the token is not valid yet",
};

const claimReasonOf = (claim: string, reason: string): string =>
  reason === "missing" && claim !== "typ"
    ? `the claim ${claim} is missing`
    : (CLAIMS[claim] ?? `the claim ${claim} has a form that it cannot have`);
