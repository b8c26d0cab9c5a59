/** What a server that others reach must have: keys, and TLS in front of them. */
import { refused, wrong } from "../../errors.ts";

/** How a server is reached. */
export interface Exposure {
  readonly isLoopback: boolean;
  readonly hasTls: boolean;
  /** True behind a proxy that has TLS. */
  readonly isBehindTls: boolean;
  /** Whether anybody can say who they are: by a key, a token or a certificate. */
  hasCallers(): Promise<boolean>;
}

/** @throws RbacError `SERVER_EXPOSED` (exit 3) */
export async function requireSafe({ isLoopback, hasTls, isBehindTls, hasCallers }: Exposure): Promise<void> {
  if (isLoopback) return;
  if (!hasTls && !isBehindTls)
    throw refused(
      "SERVER_EXPOSED",
      "others reach this address, and could read the keys on their way: give --tls-cert and --tls-key, or " +
        "--public-url https://… where a proxy has TLS",
    );
  if (!(await hasCallers()))
    throw refused(
      "SERVER_EXPOSED",
      "others reach this address, and nobody could say who they are: create an API key first, or give --issuer or " +
        "--tls-client-ca",
    );
}

/** The URL that others ask, without a slash at its end. @throws RbacError `VALUE_INVALID` (exit 2) */
export function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" || url.search || url.hash || url.username || url.password)
    throw wrong("VALUE_INVALID", "--public-url takes an https: URL without a user, a query or a fragment");
  return url.href.replace(/\/+$/, "");
}
