/** Checks a token against the policy that it is of. */
import { changedSince } from "../database/changed-since.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { TokenError } from "../web/token-error.ts";
import { issuerOf } from "./issued-claims.ts";
import { keySource } from "./key-source.ts";
import { publicJwks, type TokenKey } from "./keys.ts";
import { ACCESS_TOKEN } from "./sign-token.ts";
import { refusedToken, type TokenClaims } from "./token-claims.ts";
import type { TokenVerdict } from "./token-views.ts";
import { verifyToken } from "./verify-token.ts";

interface Held {
  readonly keys: readonly TokenKey[];
  readonly audience: string;
  readonly issuer: string | undefined;
  /** True to refuse a token after whose revision something changed that it may say. */
  readonly fresh: boolean;
  readonly now: string;
}

/** Clocks of machines that sign and verify differ by seconds. */
const TOLERANCE = 5;

/** The verdict, at the revision that is read. */
export async function checkToken(reading: TransactionReads, text: string, held: Held): Promise<TokenVerdict> {
  const { revision } = reading;
  try {
    const claims = await verified(reading, text, held);
    const stale = await isStale(reading, claims);
    if (stale && held.fresh) throw refusedToken("roles changed since this token was issued");
    return { valid: true, revision, claims, stale };
  } catch (error) {
    if (error instanceof TokenError) return { valid: false, revision, reason: error.message };
    throw error;
  }
}

async function verified(reading: TransactionReads, text: string, held: Held): Promise<TokenClaims> {
  const database = await reading.databaseId();
  if (database === null) throw refusedToken("the database is empty: it has issued no token");
  const claims = await verifyToken(text, {
    keys: keySource(publicJwks(held.keys, held.now)),
    issuer: held.issuer ?? issuerOf(database),
    audience: held.audience,
    database,
    type: ACCESS_TOKEN,
    tolerance: TOLERANCE,
    now: Date.parse(held.now),
  });
  const user = (await reading.load({ users: [claims.sub], roles: "none", grants: "none" })).user.get(claims.sub);
  if (!user) throw refusedToken("its user is gone");
  if (user.disabled) throw refusedToken("its user is disabled");
  return claims;
}

/** True also for a token that does not say of which roles and revision it is: nobody knows what touches it. */
async function isStale(reading: TransactionReads, { sub, rbac, roles }: TokenClaims): Promise<boolean> {
  const held = rbac?.roles ?? roles;
  if (!rbac || !held) return true;
  const changed = await changedSince(reading, { revision: rbac.rev });
  return changed.all || changed.users.includes(sub) || changed.roles.some((role) => held.includes(role));
}
