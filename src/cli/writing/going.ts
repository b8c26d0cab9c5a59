/** What stands before a question: what goes, who gains and who loses by it, and who keeps it otherwise. */
import type { Database } from "../../database/database.ts";
import { impactIn } from "../../database/impact.ts";
import { countText } from "../../output/count-text.ts";
import { impactLines } from "../../output/impact/impact-lines.ts";
import { type Line, linesText } from "../../output/paragraph.ts";
import { type Style, styleFor } from "../../output/style.ts";
import { type ChangeLines, changeLine, countedByKind, inOrder } from "../../output/views/change-lines.ts";
import type { Impact } from "../../policy/impact/values.ts";
import type { Change } from "../../policy/model/change.ts";
import type { Shell } from "../shell.ts";

/** The most removals that are listed before a question; the rest is counted. */
const MOST_LISTED = 20;
/** The most rows of what people gain and lose, and the most names in each. */
const SHOWN = { rows: 5, people: 3, more: "rbac plan lists all" };

interface Going {
  readonly changes: readonly Change[];
  /** How the changes are told, where not one by one. */
  readonly lines: ChangeLines | undefined;
  /** When people are judged. */
  readonly at: string;
}

/** Tells whoever is asked, or reads why nothing was changed. */
export async function showGoing(database: Database, { changes, lines, at }: Going, { stderr, env }: Shell) {
  const impact = await database.read((reading) => impactIn(reading, changes, at));
  const style = await styleFor(stderr.isTerminal, env);
  const told = goingLines(changes, impact, style, lines);
  for await (const text of linesText(told, { width: stderr.width, style })) stderr.write(text);
}

/**
 * What goes, as lines: up to twenty, the rest counted, and what people gain and lose.
 * @param lines how the changes are told, where not one by one
 */
export function goingLines(
  changes: readonly Change[],
  impact: Impact,
  style: Style,
  lines?: ChangeLines | undefined,
): Line[] {
  const removals = inOrder(changes.filter(({ after }) => after === null));
  const told = lines?.(changes, style) ?? removals.map((change) => changeLine(change, style));
  const rest = lines ? countText(told.length - MOST_LISTED) : countedByKind(removals.slice(MOST_LISTED));
  return [
    ...told.slice(0, MOST_LISTED),
    ...(told.length > MOST_LISTED ? [`… and ${rest} more (--dry-run lists all)`] : []),
    ...impactLines(impact, { changes, ...SHOWN }),
  ];
}
