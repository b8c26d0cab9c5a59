/** What a prune must pass: input that is whole, a limit of removals, and a confirmation. */
import { wrong } from "../errors.ts";
import { removalsWithin } from "../policy/document/plan.ts";
import { unsaidRenaming } from "../policy/document/renamings.ts";
import type { Change } from "../policy/model/change.ts";

/**
 * Returns the inputs of a prune, but refuses one that may be cut off: rows that it lacks would be removed (rule 15).
 * @throws RbacError `INPUT_OPEN` (exit 2).
 */
export function refuseTruncated<T extends { readonly name: string; readonly closed: boolean }>(
  inputs: readonly T[],
): readonly T[] {
  const cutInput = inputs.find(({ name, closed }) => name === "standard input" && !closed);
  if (cutInput)
    throw wrong(
      "INPUT_OPEN",
      "to prune by standard input it must show its end: YAML ends with a line ..., CSV has no such mark",
    );
  return inputs;
}

/**
 * The question to ask before a prune; `undefined` where it removes nothing.
 * @throws RbacError `TOO_MANY_REMOVALS` (exit 3) for more removed rows than `limit`.
 */
export const confirmRemovals =
  (limit: number | undefined) =>
  (changes: readonly Change[]): string | undefined => {
    const count = removalsWithin(limit, changes);
    if (count === 0) return undefined;
    return [`This removes ${count} row${count === 1 ? "" : "s"}.`, unsaidRenaming(changes) ?? []].flat().join(" ");
  };
