/** The questions to ask before changes that take much away; `undefined` where there is nothing to ask. */
import { sanitize } from "../output/sanitize.ts";
import type { Change } from "../policy/model/change.ts";

/** Before several revisions are undone. */
export const confirmSeveral =
  (revisions: number) =>
  (changes: readonly Change[]): string =>
    `This takes back ${revisions} revisions in ${changes.length} changes.`;

/** Before a return to a revision. */
export const confirmReturn =
  (revision: number) =>
  (changes: readonly Change[]): string | undefined =>
    changes.length === 0 ? undefined : `This returns to revision ${revision} in ${changes.length} changes.`;

/** Before a deletion that removes other rows, too. */
export const confirmDeletion =
  (kind: string, name: string) =>
  (changes: readonly Change[]): string | undefined => {
    const others = changes.length - 1;
    return others < 1
      ? undefined
      : `Deleting ${kind} "${sanitize(name)}" also removes ${others} row${others === 1 ? "" : "s"}.`;
  };
