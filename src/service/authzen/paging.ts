/** The pages of a search: each begins behind the last result of the one before, and tells the next request where. */
import { createHash } from "node:crypto";
import type { RouteAnswer } from "../http/route.ts";
import { broken, optionalObject, type Properties } from "./mapping/reading.ts";

/** Which part of the results is asked for. */
export interface PageAsked {
  /** The key of the last result before; empty at the beginning. */
  readonly after: string;
  readonly limit: number;
  /** Whether the request speaks of pages: else an answer with all results has none. */
  readonly isAsked: boolean;
  /** The limit as it was sent, for the next request, which may leave it out. */
  readonly sentLimit: number | null;
  /** What the next request must be the same by. */
  readonly digest: string;
}

/** A result, and its key in the order of results. */
export interface Keyed {
  readonly key: string;
  readonly result: object;
}

/**
 * @param search what is searched for: a token of one search is none of another
 * @param bearing all of the request that bears on the results
 * @param most the most results of one answer
 * @throws HttpFault 400 for a page that cannot be read, and for a token of another request.
 */
export function pageIn(body: Properties, search: string, bearing: unknown, most: number): PageAsked {
  const page = optionalObject("page", body.page) ?? {};
  const digest = createHash("sha256")
    .update(canonical([search, bearing]))
    .digest("base64url");
  const sent = limitIn(page);
  const token = tokenIn(page, digest);
  if (token && sent !== null && sent !== token.limit) throw otherRequest("page.limit");
  const sentLimit = token ? token.limit : sent;
  const limit = Math.min(sentLimit ?? most, most);
  return { after: token?.after ?? "", limit, isAsked: token !== undefined || sent !== null, sentLimit, digest };
}

/** @param found the results behind the last one before; one more than the limit where there are more */
export function sentPage(
  found: readonly Keyed[],
  { after, limit, isAsked, sentLimit, digest }: PageAsked,
): RouteAnswer {
  const shown = found.slice(0, limit);
  const results = shown.map(({ result }) => result);
  const isMore = found.length > shown.length;
  if (!isMore && !isAsked) return { status: 200, body: { results } };
  const next = JSON.stringify([digest, sentLimit, shown.at(-1)?.key ?? after]);
  const next_token = isMore ? Buffer.from(next).toString("base64url") : "";
  return { status: 200, body: { page: { next_token, count: results.length }, results } };
}

function limitIn({ limit }: Properties): number | null {
  if (limit === undefined || limit === null) return null;
  if (typeof limit === "number" && Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw broken("page.limit must be a whole number from 0 on");
}

interface Token {
  readonly limit: number | null;
  readonly after: string;
}

function tokenIn({ token }: Properties, digest: string): Token | undefined {
  if (token === undefined || token === null || token === "") return undefined;
  if (typeof token !== "string") throw broken("page.token must be text");
  const [of, limit, after] = listIn(token);
  if (typeof of !== "string" || typeof after !== "string" || !isLimit(limit))
    throw broken("page.token is none that a search here has given");
  if (of !== digest) throw otherRequest("the request");
  return { limit, after };
}

const isLimit = (value: unknown): value is number | null =>
  value === null || (typeof value === "number" && Number.isSafeInteger(value) && value >= 0);

function listIn(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const otherRequest = (what: string) => broken(`page.token goes on with another request: ${what} is not the same`);

/** JSON in which the order of members does not matter. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
