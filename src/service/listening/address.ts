/** The address that a server listens on. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { wrong } from "../../errors.ts";
import { isLoopbackAddress } from "./local.ts";

export interface ListenAddress {
  readonly address: string;
  readonly port: number;
  /** True where only this machine can reach it. */
  readonly isLoopback: boolean;
}

const FORM = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i;

/**
 * Reads `HOST:PORT`, and finds the address of the host, so that what is judged is what is listened on.
 * @throws RbacError `VALUE_INVALID`, `ADDRESS_UNUSABLE` (exit 2)
 */
export async function readAddress(text: string): Promise<ListenAddress> {
  const [, six, host = six, port] = FORM.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535 || (six !== undefined && isIP(six) !== 6))
    throw wrong("VALUE_INVALID", `listen on an address and a port, such as 127.0.0.1:8180 or [::1]:0, not "${text}"`);
  const address = isIP(host) ? host : await addressOf(host);
  return { address, port: Number(port), isLoopback: isLoopbackAddress(address) };
}

async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw wrong("ADDRESS_UNUSABLE", `cannot listen on ${host}: no address has that name`, { cause });
  }
}

/** The address as part of a URL. */
export const urlOf = (scheme: "http" | "https", address: string, port: number): string =>
  `${scheme}://${address.includes(":") ? `[${address}]` : address}:${port}`;

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program listens there",
  EACCES: "it may not be listened on: ports below 1024 need a right",
  EPERM: "it may not be listened on",
  EADDRNOTAVAIL: "this machine does not have the address",
};

/** @returns RbacError `ADDRESS_UNUSABLE` (exit 2) */
export function unusable({ address, port }: ListenAddress, cause: unknown) {
  const code = String((cause as { readonly code?: string }).code);
  const where = urlOf("http", address, port).slice("http://".length);
  return wrong("ADDRESS_UNUSABLE", `cannot listen on ${where}: ${REASONS[code] ?? code}`, { cause });
}
