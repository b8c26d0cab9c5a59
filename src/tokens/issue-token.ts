/** Issues a token, as a command line wishes it. */
import { refused, wrong } from "../errors.ts";
import { parseDuration } from "../policy/model/times.ts";
import type { HeldRights } from "./held-rights.ts";
import { type ClaimKind, type Issued, issuedClaims, type TokenSource } from "./issued-claims.ts";
import { signingKey, type TokenKey } from "./keys.ts";
import { signToken } from "./sign-token.ts";

interface WishedFlags {
  readonly aud: string;
  readonly claims: ClaimKind;
  readonly email: boolean;
  readonly issuer?: string | undefined;
  readonly for?: string | undefined;
  readonly "client-id"?: string | undefined;
  readonly "max-bytes"?: number | undefined;
}

/** In bytes: browsers cut cookies there, and servers refuse headers of a few times as many. */
const LARGEST = 4096;

/** @throws RbacError `TIME_INVALID`, `VALUE_INVALID` (exit 2), `TOKEN_TOO_LARGE` (exit 3). */
export async function issueToken(
  { source, rights }: { readonly source: TokenSource; readonly rights: HeldRights },
  flags: WishedFlags,
  keys: readonly TokenKey[],
  now: string,
): Promise<Issued & { readonly token: string }> {
  const { aud: audience, claims: kind, email: withEmail, issuer } = flags;
  const { for: life = "15m", "client-id": clientId = "rbac", "max-bytes": largest = LARGEST } = flags;
  const wished = { audience, kind, withEmail, issuer, clientId, life: parseDuration(life) };
  const issued = issuedClaims(rights, source, wished, now);
  const key = signingKey(keys);
  if (!key) throw wrong("TOKEN_KEY_MISSING", "none of the keys signs");
  const token = await signToken(issued.claims, key);
  if (token.length > largest) throw tooLarge(token.length, largest, kind);
  return { ...issued, token };
}

function tooLarge(bytes: number, largest: number, kind: ClaimKind) {
  const less = kind === "roles" ? "" : "--claims roles says less; ";
  const message = `the token would have ${bytes} bytes, and may have ${largest}: ${less}--max-bytes N allows more`;
  return refused("TOKEN_TOO_LARGE", message);
}
