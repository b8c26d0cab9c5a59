/** The header by which callers say who they are, and the answers to those who do not (RFC 6750). */
import { HttpFault } from "../http/fault.ts";

/** The key or token of a header `authorization`; `undefined` where it is of another form. */
export const bearerOf = (header: string): string | undefined => /^bearer +([\w\-.~+/]+=*) *$/i.exec(header)?.[1];

/** @param code by RFC 6750; left out where nobody tried @param message repeats nothing of what came */
export function unauthorized(code: "invalid_request" | "invalid_token" | undefined, message: string): HttpFault {
  const challenge = code === undefined ? 'Bearer realm="rbac"' : `Bearer realm="rbac", error="${code}"`;
  return new HttpFault(401, "UNAUTHENTICATED", message, { "www-authenticate": challenge });
}

export const notAccepted = (message: string): HttpFault => unauthorized("invalid_token", message);
