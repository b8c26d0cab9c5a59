/** What a prune must pass: input that is whole, a limit of removals, and a confirmation. */
import { wrong } from "../../errors.ts";
import { removalsWithin } from "../../policy/document/changes-to-document.ts";
import { unsaidRenaming } from "../../policy/document/renamings.ts";
import type { Change } from "../../policy/model/change.ts";
import { removalQuestion } from "./confirmations.ts";

/**
 * Returns the inputs, but refuses with a prune one that may be cut off: rows that it lacks would be removed (rule 15).
 * @throws RbacError `INPUT_OPEN` (exit 2).
 */
export function refuseTruncated<T extends { readonly name: string; readonly closed: boolean }>(
  inputs: readonly T[],
  prune: boolean | undefined,
): readonly T[] {
  if (!prune) return inputs;
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
    const removals = removalsWithin(limit, changes);
    if (removals.length === 0) return undefined;
    return [unsaidRenaming(changes) ?? [], removalQuestion(removals)].flat().join(" ");
  };
