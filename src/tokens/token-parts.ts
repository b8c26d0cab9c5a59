/** The parts of a token, read strictly before anything is believed of it. */
import { parseJson } from "../files/json.ts";
import { refusedToken } from "./token-claims.ts";

/** In characters: servers take headers of some 16 KiB. */
const LONGEST_TOKEN = 16_384;

export const ALGORITHMS = ["ES256", "RS256"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** What a header may hold: a key, or where to fetch one, is none of it, nor what changes how a token is read. */
const HEADER = ["alg", "kid", "typ", "x5t"];

export interface TokenHeader {
  readonly alg: Algorithm;
  readonly kid: string;
}

/**
 * Refuses what is no token of three parts in their one spelling, with a header that says one of our algorithms and a
 * key by its id, and a payload that says nothing twice. No signature is checked.
 * @throws TokenError
 */
export function readToken(text: unknown): { readonly header: TokenHeader; readonly payload: object } {
  if (typeof text !== "string" || text === "") throw refusedToken("there is no token");
  if (text.length > LONGEST_TOKEN) throw refusedToken("the token is too long");
  const parts = text.split(".");
  const [head = "", body = ""] = parts;
  if (parts.length !== 3 || !parts.every(isBase64Url)) throw refusedToken("this is no signed token of three parts");
  const header = objectIn(head, "header");
  const { alg, kid } = header;
  const other = Object.keys(header).find((name) => !HEADER.includes(name));
  if (other !== undefined) throw refusedToken("the header says more than algorithm, key and type");
  if (!(ALGORITHMS as readonly unknown[]).includes(alg))
    throw refusedToken("the algorithm is not one that is accepted");
  if (typeof kid !== "string" || kid === "") throw refusedToken("the header names no key");
  return { header: { alg: alg as Algorithm, kid }, payload: objectIn(body, "payload") };
}

/** True for text that stands for bytes, and is the one spelling of them: else a signature could be written anew. */
const isBase64Url = (part: string): boolean =>
  /^[\w-]+$/.test(part) && Buffer.from(part, "base64url").toString("base64url") === part;

function objectIn(part: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseJson(what, new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(part, "base64url")));
  } catch {
    throw refusedToken(`the ${what} cannot be read`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw refusedToken(`the ${what} is no object`);
  return value as Readonly<Record<string, unknown>>;
}
