/** The flags that say which tokens a server trusts. */
import { wrong } from "../../errors.ts";
import { readText } from "../../files/read-inputs.ts";
import { wordFlag } from "./shared-flags.ts";

const GROUP = "Tokens of callers";

const together = (name: string) => ({ dependsOn: ["issuer", "audience", "jwks"].filter((other) => other !== name) });

const flag = (name: string, description: string, helpValue: string) => ({
  ...wordFlag(description, helpValue, together(name)),
  helpGroup: GROUP,
});

export const TRUST_FLAGS = {
  issuer: flag("issuer", "who issues the tokens that are trusted", "URL"),
  audience: flag("audience", "for whom they are: this server", "AUDIENCE"),
  jwks: flag("jwks", "their public keys: https://… or a file", "URL|FILE"),
  "token-type": flag("token-type", "the type in their header; at+jwt when left out", "TYPE"),
};

interface SaidTrust {
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly jwks?: string | undefined;
  readonly "token-type"?: string | undefined;
}

const LARGEST_JWKS = 1 << 20;

/** What tokens are verified by; `undefined` where none is trusted. @throws RbacError (exit 2) for unreadable keys */
export function trustOf({ issuer, audience, jwks, "token-type": type }: SaidTrust) {
  if (issuer === undefined || audience === undefined || jwks === undefined) return undefined;
  return { issuer, audience, keys: keysOf(jwks), ...(type !== undefined && { type }) };
}

function keysOf(jwks: string): string | URL {
  if (!/^https?:/i.test(jwks)) return readText(jwks, LARGEST_JWKS);
  if (URL.canParse(jwks)) return new URL(jwks);
  throw wrong("VALUE_INVALID", "--jwks takes a URL or a file");
}
