/** Ids of API keys, as people give them. */
import { wrong } from "../errors.ts";

/**
 * Reads an id. Of text that may hold a secret nothing is repeated.
 * @throws RbacError `VALUE_INVALID` (exit 2) for a whole key in its place.
 */
export function parseKeyId(text: string): string {
  if (text.length <= 24 && !text.startsWith("rbac_")) return text;
  const shown = "its id is the 12 characters behind rbac_";
  throw wrong("VALUE_INVALID", `that is no id of an API key: ${shown}, and the secret is given to no command`);
}
