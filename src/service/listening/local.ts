/** Who may ask without a key what is open to this machine. */
import { isIPv4 } from "node:net";
import type { Received } from "./received.ts";

/** True for an address that only this machine reaches. */
export const isLoopbackAddress = (address: string): boolean => {
  const plain = address.replace(/^::ffff:/i, "");
  return plain === "::1" || (isIPv4(plain) && plain.startsWith("127."));
};

/** True for a host, with or without a port, that no name server can turn to this machine: not by a name of its own. */
function isLoopbackHost(host: string | undefined): boolean {
  const name = host?.replace(/:\d+$/, "").toLowerCase();
  if (name === undefined) return false;
  return name === "localhost" || isLoopbackAddress(name.replace(/^\[(.*)\]$/, "$1"));
}

/** Headers of proxies, which ask for somebody else. Also every `x-forwarded-…`. */
const OF_PROXIES = ["forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"];

/**
 * Whether a request to a server that listens on loopback alone comes from this machine and knows it: not through a
 * proxy, nor from a page in a browser, which may name any host that leads here, or ask across sites. HTTP/1.0 is what a
 * proxy may speak that is told nothing but where to, and the host that it names is then this one.
 */
export function isLocalRequest({ headers, socket, line, httpVersionMinor }: Received): boolean {
  if (httpVersionMinor === 0) return false;
  if (!isLoopbackAddress(socket.remoteAddress ?? "") || !isLoopbackHost(line?.host)) return false;
  for (const name in headers) {
    if (name.startsWith("x-forwarded") || OF_PROXIES.includes(name)) return false;
  }
  const { origin, "sec-fetch-site": site } = headers;
  if (origin !== undefined && origin.replace(/^https?:\/\//, "") !== line?.host) return false;
  return site !== "cross-site" && site !== "same-site";
}
