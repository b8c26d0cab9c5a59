/** Keys where they are kept: read, and made ready to be written. */
import { refused, wrong } from "../errors.ts";
import { keysIn, keyText } from "./key-text.ts";
import { newKey, rotated, type TokenKey } from "./keys.ts";
import type { Algorithm } from "./token-parts.ts";

/** A place for keys, and what lies there. */
interface Place {
  readonly name: string;
  readonly path: string | undefined;
  readonly text: string | undefined;
}

/** What is to be written, and where. */
export interface KeptKeys {
  readonly path: string;
  readonly keys: readonly TokenKey[];
  readonly text: string;
}

/** @throws RbacError `TOKEN_KEY_MISSING`, `TOKEN_KEY_INVALID` (exit 2). */
export function keptKeys({ name, text }: Place): readonly TokenKey[] {
  if (text === undefined)
    throw wrong("TOKEN_KEY_MISSING", `there are no keys of tokens in ${name}: rbac token key create makes one`);
  return keysIn(name, text);
}

/** @throws RbacError `USAGE` (exit 2), `TOKEN_KEY_EXISTS` (exit 3). */
export async function firstKeys(place: Place, alg: Algorithm, now: string): Promise<KeptKeys> {
  const path = writablePath(place);
  if (place.text !== undefined)
    throw refused(
      "TOKEN_KEY_EXISTS",
      `${place.name} has keys already: rbac token key rotate replaces the one that signs`,
    );
  return kept(path, [await newKey(alg, now)]);
}

/** @throws RbacError `USAGE`, `TOKEN_KEY_MISSING`, `TOKEN_KEY_INVALID` (exit 2). */
export async function nextKeys(place: Place, alg: Algorithm | undefined, now: string): Promise<KeptKeys> {
  const path = writablePath(place);
  return kept(path, await rotated(keptKeys(place), now, alg));
}

const kept = (path: string, keys: readonly TokenKey[]): KeptKeys => ({ path, keys, text: keyText(keys) });

function writablePath({ name, path }: Place): string {
  if (path !== undefined) return path;
  throw wrong("USAGE", `${name} cannot be written: name the file of the keys with --key-file`);
}
