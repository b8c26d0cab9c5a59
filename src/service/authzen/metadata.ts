/** What is offered, and where: the metadata of AuthZEN. */
import { RbacError } from "../../index.ts";
import { HttpFault } from "../http/fault.ts";
import type { RouteAnswer } from "../http/route.ts";

const WELL_KNOWN = "/.well-known/authzen-configuration";

/** The path of the metadata: between the host of the address and its path. @throws RbacError (exit 2) */
export const metadataPath = (publicUrl: string | undefined): string =>
  publicUrl === undefined ? WELL_KNOWN : `${WELL_KNOWN}${pathOf(addressOf(publicUrl))}`;

/**
 * @param paths the path of each endpoint that is offered, by its name in the metadata
 * @throws HttpFault 404 without an address: who asks must compare it with the one they asked
 */
export function metadata(publicUrl: string | undefined, paths: Readonly<Record<string, string>>): () => RouteAnswer {
  if (publicUrl === undefined)
    return () => {
      throw new HttpFault(
        404,
        "NOT_OFFERED",
        "the metadata needs the public address of this service, which is not set",
      );
    };
  const address = addressOf(publicUrl);
  const base = `${address.origin}${pathOf(address)}`;
  const endpoints = Object.entries(paths).map(([name, path]) => [name, `${base}${path}`] as const);
  const body = { policy_decision_point: base, ...Object.fromEntries(endpoints) };
  const answer: RouteAnswer = { status: 200, body, headers: { "cache-control": "max-age=300" } };
  return () => answer;
}

const pathOf = ({ pathname }: URL): string => pathname.replace(/\/+$/, "");

/** @throws RbacError `VALUE_INVALID` (exit 2). */
function addressOf(publicUrl: string): URL {
  const address = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  const isPlain = address && `${address.search}${address.hash}${address.username}${address.password}` === "";
  if (isPlain && address.protocol === "https:") return address;
  throw new RbacError(2, "VALUE_INVALID", "the public address must be of https, without a query, a fragment or a name");
}
