/** Checks an audit key, from a file or from a program. */
import { wrong } from "../errors.ts";

/** In bytes. */
const SHORTEST_KEY = 16;

/**
 * Returns the key if it is long enough not to be guessed. @param what the name of the key in the message.
 * @throws RbacError `KEY_TOO_SHORT` (exit 2).
 */
export function checkedKey(key: Uint8Array, what: string): Uint8Array {
  if (key.length >= SHORTEST_KEY) return key;
  throw wrong("KEY_TOO_SHORT", `${what} is shorter than ${SHORTEST_KEY} bytes`);
}
