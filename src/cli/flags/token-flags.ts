/** Where the keys of tokens lie: in a file that a flag names, in a variable, or beside the database. */
import { wrong } from "../../errors.ts";
import { wordFlag } from "./shared-flags.ts";

export const KEY_FILE = {
  "key-file": wordFlag("the file of the keys; by default DATABASE.token-keys, or what RBAC_TOKEN_KEY holds", "FILE"),
};

/** The keys as text, and the file that they are of; a variable has no path. */
export interface KeyPlace {
  readonly name: string;
  readonly path: string | undefined;
  /** `undefined` where there are none yet. */
  readonly text: string | undefined;
  /** True for a file beside a database, which must be there. */
  readonly isBeside: boolean;
}

/** What keys may come from, of the shell around the command. */
interface KeySurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userId: number | undefined;
}

/** Generous: a few keys have some thousand bytes. */
const LARGEST = 65_536;

/** @throws RbacError `TOKEN_KEY_MISSING`, `TOKEN_KEY_EXPOSED` (exit 2), and where a file cannot be read. */
export async function keyPlace(
  url: string,
  { "key-file": file }: { readonly "key-file"?: string | undefined },
  { env: { RBAC_TOKEN_KEY: held }, userId }: KeySurroundings,
): Promise<KeyPlace> {
  if (file === undefined && held !== undefined)
    return { name: "RBAC_TOKEN_KEY", path: undefined, text: held, isBeside: false };
  if (file === undefined && url.includes("://"))
    throw wrong(
      "TOKEN_KEY_MISSING",
      "a database on a server has no keys beside it: name their file with --key-file, or give them in RBAC_TOKEN_KEY",
    );
  const path = file ?? `${url}.token-keys`;
  const { readSecret } = await import("../../files/secret-file.ts");
  return { name: path, path, text: readSecret(path, { largest: LARGEST, userId }), isBeside: file === undefined };
}

export const TOKEN_FLAGS = {
  aud: wordFlag("for whom the token is: the name or the URL of a service (needed)", "AUDIENCE"),
  issuer: wordFlag("who issues it, as a URL; the database by its id when left out", "URL"),
};

/** @throws RbacError (exit 2) where no audience is said, or the issuer is no URL. */
export function audience({ aud, issuer }: { readonly aud?: string | undefined; readonly issuer?: string | undefined }) {
  if (aud === undefined) throw wrong("ARGUMENT_MISSING", "say for whom the token is: --aud AUDIENCE");
  if (issuer !== undefined && !URL.canParse(issuer)) throw wrong("VALUE_INVALID", "--issuer takes a URL");
  return aud;
}

/** More than any token that is accepted, with its line end. */
const LARGEST_TOKEN_INPUT = 20_000;

/** The token itself, or what standard input has: its line end is none of it. */
export async function tokenText(said: string): Promise<string> {
  if (said !== "-") return said;
  const { readText } = await import("../../files/read-inputs.ts");
  return readText("-", LARGEST_TOKEN_INPUT).replace(/\r?\n$/, "");
}
