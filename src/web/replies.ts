/**
 * The answers to requests that are not let through: RFC 6750 and 9470 for their status and `WWW-Authenticate`, RFC 9457
 * for the body.
 */
import type { Reply } from "./framework.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** What a body may say besides its status: what is missing, never who else may. */
export interface Details {
  readonly code: string;
  readonly detail?: string;
  readonly permissions?: readonly string[];
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly reason?: string;
  readonly requestId?: string;
}

/** Seconds after which to ask again while the database is away. */
const RETRY_AFTER = "1";

export function reply(status: number, details: Details, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    body: JSON.stringify({ type: "about:blank", title: TITLES[status], status, ...details }),
  };
}

/** An answer with a value, which is about who asks and is kept nowhere. */
export const answer = (value: object): Reply => ({
  status: 200,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(value),
});

export const databaseAway = (details: Details): Reply => reply(503, details, { "retry-after": RETRY_AFTER });

/** Text within the quotes of a header: what could end them, or the header, is left out (RFC 6750, section 3). */
const quoted = (text: string): string => `"${text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "")}"`;

/** A challenge to sign in. @param parameters what is said besides the realm: nothing where nobody tried (RFC 6750) */
export function challenge(realm: string, parameters: Readonly<Record<string, string>> = {}): Record<string, string> {
  const said = Object.entries({ realm, ...parameters }).map(([name, value]) => `${name}=${quoted(value)}`);
  return { "www-authenticate": `Bearer ${said.join(", ")}` };
}
