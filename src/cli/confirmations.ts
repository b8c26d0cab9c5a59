/** What stands before changes that take much away: what goes, whom it touches, and the question. */

import type { Losses } from "../database/losses.ts";
import { countText } from "../output/count-text.ts";
import { sanitize } from "../output/sanitize.ts";
import type { Style } from "../output/style.ts";
import {
  type ChangeLines,
  changeLine,
  countedByKind,
  countedByVerb,
  inOrder,
  TAKEN,
} from "../output/views/change-lines.ts";
import type { Change } from "../policy/model/change.ts";

/** The most removals that are listed before a question; the rest is counted. */
const MOST_LISTED = 20;
/** The most permissions that are named; the rest is counted. */
const MOST_NAMED = 3;

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

/**
 * What goes, as lines: up to twenty, the rest counted, and what people lose.
 * @param lines how the changes are told, where not one by one
 */
export function goingLines(
  changes: readonly Change[],
  losses: Losses | undefined,
  style: Style,
  lines?: ChangeLines,
): string[] {
  const removals = inOrder(changes.filter(({ after }) => after === null));
  const told = lines?.(changes, style) ?? removals.map((change) => changeLine(change, style));
  const rest = lines ? countText(told.length - MOST_LISTED) : countedByKind(removals.slice(MOST_LISTED));
  return [
    ...told.slice(0, MOST_LISTED),
    ...(told.length > MOST_LISTED ? [`… and ${rest} more (--dry-run lists all)`] : []),
    ...(losses === undefined ? [] : [lossesText(losses)]),
  ];
}

function lossesText({ people, permissions }: Losses): string {
  if (people === 0) return "nobody loses a permission";
  const named = permissions.slice(0, MOST_NAMED).map(sanitize).join(", ");
  const more = permissions.length - MOST_NAMED;
  const rest = more > 0 ? ` and ${countText(more)} more` : "";
  return `${people === 1 ? "1 person loses" : `${countText(people)} people lose`} ${named}${rest}`;
}
