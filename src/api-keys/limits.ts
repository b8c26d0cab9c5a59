/** What a key is limited to. */
import { wrong } from "../errors.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import { quote } from "../policy/model/names.ts";

/**
 * The rights of a key, as its row has them: each once, in order; `null` where none is said.
 * @throws RbacError `VALUE_INVALID` (exit 2) for a list in one text, which no right would equal
 */
export function limitsFrom(said: readonly string[]): readonly string[] | null {
  const several = said.find((one) => one.includes(","));
  if (several !== undefined)
    throw wrong("VALUE_INVALID", `--right takes one right, and may be said again: not ${quote(several)}`);
  return said.length === 0 ? null : [...new Set(said)].sort(byBytes);
}
