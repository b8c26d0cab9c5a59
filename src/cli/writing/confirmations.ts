/** The questions before changes that take much away. */
import { countText } from "../../output/count-text.ts";
import { sanitize } from "../../output/sanitize.ts";
import { countedByKind, countedByVerb, TAKEN } from "../../output/views/change-lines.ts";
import type { Change } from "../../policy/model/change.ts";

/** Before several revisions are undone. */
export const confirmSeveral =
  (revisions: number) =>
  (changes: readonly Change[]): string =>
    `Take back ${countText(revisions)} revisions (${countedByVerb(changes, TAKEN)})?`;

/** Before a return to a revision. */
export const confirmReturn =
  (revision: number) =>
  (changes: readonly Change[]): string | undefined =>
    changes.length === 0 ? undefined : `Return to revision ${revision} (${countedByVerb(changes, TAKEN)})?`;

/** Before a deletion that removes other rows, too. */
export const confirmDeletion =
  (kind: string, name: string) =>
  (changes: readonly Change[]): string | undefined => {
    const others = changes.filter((change) => change.kind !== `${kind}.remove`);
    return others.length === 0 ? undefined : `Delete ${kind} "${sanitize(name)}" with ${countedByKind(others)}?`;
  };

/** Before somebody who leaves is deleted. */
export const confirmOffboarding =
  (user: string) =>
  (changes: readonly Change[]): string =>
    `Offboard and delete user "${sanitize(user)}" (${countedByVerb(changes, TAKEN)})?`;

/** The question before rows are removed: `Remove these 2 assignments?` */
export function removalQuestion(removals: readonly Change[]): string {
  const counts = countedByKind(removals);
  if (!counts.includes(",")) return removals.length === 1 ? `Remove ${counts}?` : `Remove these ${counts}?`;
  return `Remove these ${countText(removals.length)} (${counts})?`;
}
