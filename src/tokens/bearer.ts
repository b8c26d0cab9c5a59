/** The token in a header `authorization` (RFC 6750). */
import { TokenError } from "../web/token-error.ts";

/**
 * @returns `undefined` where there is none: no header, or one of another scheme
 * @throws TokenError `invalid_request` for a header that cannot be read
 */
export function bearerIn(header: string | null | undefined): string | undefined {
  if (header === null || header === undefined || !/^bearer(?:\s|$)/i.test(header)) return undefined;
  const token = /^bearer +([^\s,]+)$/i.exec(header)?.[1];
  if (token === undefined)
    throw new TokenError("invalid_request", "the header authorization is not Bearer and a token");
  return token;
}
