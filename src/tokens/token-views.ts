/** Views of keys and tokens. A private key is in none of them. */
import { EXIT } from "../errors.ts";
import type { View } from "../output/render.ts";
import { safe } from "../output/sanitize.ts";
import { timeCell } from "../output/table.ts";
import { publicJwks, type TokenKey } from "./keys.ts";
import type { TokenClaims } from "./token-claims.ts";

/** `signs`, `verifies` until a time, or `ended`. */
const stateOf = ({ until }: TokenKey, now: string): string => {
  if (until === undefined) return "signs";
  return now < until ? "verifies" : "ended";
};

/** @param done what was done, for a person */
export function keysView(name: string, keys: readonly TokenKey[], now: string, done?: string): View {
  const shown = keys.map((key) => ({
    kid: key.kid,
    alg: key.alg,
    state: stateOf(key, now),
    created: key.created,
    until: key.until ?? null,
  }));
  return {
    json: { file: name, ...(done !== undefined && { changed: true }), keys: shown },
    table: {
      head: ["key", "alg", "state", "created", "until"],
      rows: shown.map(({ kid, alg, state, created, until }) => [kid, alg, state, timeCell(created), timeCell(until)]),
    },
    ...(done !== undefined && { text: () => [], notices: [safe`${done}`] }),
  };
}

/** The public keys, for those who verify. */
export const jwksView = (keys: readonly TokenKey[], now: string): View => {
  const jwks = publicJwks(keys, now);
  const text = JSON.stringify(jwks, null, 2);
  return { json: jwks, table: { head: ["jwks"], rows: [[text]] }, text: () => text.split("\n") };
};

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

interface NewToken {
  readonly token: string;
  readonly claims: TokenClaims;
  readonly leftOut: readonly string[];
  readonly isCut: boolean;
}

/** As text the token alone, for a shell variable. */
export function issuedView({ token, claims, leftOut, isCut }: NewToken): View {
  const expires = timeOf(claims.exp);
  return {
    json: { token, user: claims.sub, expires, bytes: token.length, revision: claims.rbac?.rev, leftOut, claims },
    table: { head: ["token"], rows: [[token]] },
    text: () => [token],
    notices: [
      safe`a token of ${claims.sub} until ${expires}, ${token.length} bytes`,
      ...(isCut ? ["it ends there because an assignment of the user begins or ends"] : []),
      ...(leftOut.length === 0 ? [] : [safe`left out, as no list can say when they hold: ${leftOut.join(", ")}`]),
    ],
  };
}

/** What came of a check: accepted with its claims, or why not. */
export type TokenVerdict =
  | { readonly valid: true; readonly revision: number; readonly claims: TokenClaims; readonly stale: boolean }
  | { readonly valid: false; readonly revision: number; readonly reason: string };

export function verdictView(verdict: TokenVerdict): View {
  if (!verdict.valid)
    return {
      json: { ...verdict },
      table: { head: ["valid", "user", "expires", "reason"], rows: [[false, null, null, verdict.reason]] },
      text: (style) => [style.bad("refused"), safe`${verdict.reason}`],
      exitCode: EXIT.no,
      yesOrNo: true,
    };
  const { valid, revision, claims, stale } = verdict;
  const [user, expires] = [claims.sub, timeOf(claims.exp)];
  return {
    json: { valid, revision, user, expires, stale, claims },
    table: { head: ["valid", "user", "expires", "reason"], rows: [[true, user, timeCell(expires), null]] },
    text: (style) => [style.good("valid"), style.faint(safe`${user}, until ${expires}`)],
    notices: stale ? ["roles changed since this token was issued: what it says of them may be wrong"] : [],
    yesOrNo: true,
  };
}
