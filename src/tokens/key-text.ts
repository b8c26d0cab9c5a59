/** Keys as the text of a file. */
import { wrong } from "../errors.ts";
import { parseJson } from "../files/json.ts";
import type { TokenKey } from "./keys.ts";
import { ALGORITHMS } from "./token-parts.ts";

export const keyText = (keys: readonly TokenKey[]): string => `${JSON.stringify({ keys }, null, 2)}\n`;

const isTexts = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === "string");
const isTime = (value: unknown): boolean =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);

/** @throws RbacError `TOKEN_KEY_INVALID` (exit 2), which shows nothing of the text. */
export function keysIn(name: string, text: string): readonly TokenKey[] {
  const { keys } = (parsed(name, text) ?? {}) as { readonly keys?: unknown };
  const fault = Array.isArray(keys) ? faultIn(keys) : "it has no list of keys";
  if (fault !== undefined) throw wrong("TOKEN_KEY_INVALID", `${name} holds no keys of tokens: ${fault}`);
  return keys as readonly TokenKey[];
}

function parsed(name: string, text: string): unknown {
  try {
    return parseJson(name, text);
  } catch {
    throw wrong("TOKEN_KEY_INVALID", `${name} holds no keys of tokens: it is not JSON`);
  }
}

function faultIn(keys: readonly unknown[]): string | undefined {
  if (!keys.every(isKey)) return "one of them is no private key for ES256 or RS256 with its id and when it was created";
  const ids = keys.map(({ kid }) => kid);
  if (new Set(ids).size < ids.length) return "two of them have one id";
  return keys.filter(({ until }) => until === undefined).length === 1 ? undefined : "not exactly one of them signs";
}

function isKey(value: unknown): value is TokenKey {
  if (typeof value !== "object" || value === null) return false;
  const { kty, crv, x, y, n, e, d, kid, alg, created, until } = value as Readonly<Record<string, unknown>>;
  const isWhole =
    alg === "ES256" ? kty === "EC" && crv === "P-256" && isTexts(x, y, d) : kty === "RSA" && isTexts(n, e, d);
  const isKnown = (ALGORITHMS as readonly unknown[]).includes(alg) && typeof kid === "string" && kid !== "";
  return isKnown && isWhole && isTime(created) && (until === undefined || isTime(until));
}
