/** What a prune must pass: input that is whole, a limit of removals, and a confirmation. */
import { wrong } from "../errors.ts";
import { countedByKind } from "../output/views/change-lines.ts";
import { removalsWithin } from "../policy/document/plan.ts";
import { type DocumentInput, partedDocumentOf } from "../policy/document/read.ts";
import { unsaidRenaming } from "../policy/document/renamings.ts";
import { seedingParts } from "../policy/document/seeding.ts";
import type { Change } from "../policy/model/change.ts";
import type { Mutation } from "../policy/model/mutation.ts";
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

/** The mutation of documents; for a check without a prune also the one with it, to tell what they leave out. */
export function seedingOf(
  inputs: readonly DocumentInput[],
  prune: boolean,
  check: boolean,
): { mutation: Mutation; unstated?: () => Mutation } {
  const document = partedDocumentOf(inputs);
  const mutation = seedingParts(document, prune);
  return check && !prune ? { mutation, unstated: () => seedingParts(document, true) } : { mutation };
}

/** A notice of what a prune would remove, for whoever checks without one. */
export function unstatedNotices(changes: readonly Change[]): string[] {
  const removals = removalsWithin(undefined, changes);
  return removals.length === 0
    ? []
    : [`not in the documents, though their sections are: ${countedByKind(removals)} (--prune would remove them)`];
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
