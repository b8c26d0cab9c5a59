/** A plan as lines for people: the changes, who gains and who loses what, the gates, the digest. */
import type { Plan } from "../../plans/plan.ts";
import { countText } from "../count-text.ts";
import { impactLines } from "../impact/impact-lines.ts";
import type { Line } from "../paragraph.ts";
import { sanitize } from "../sanitize.ts";
import type { Style } from "../style.ts";
import { changeLine } from "../views/change-lines.ts";
import { changesText, gateFinding, gateName } from "./words.ts";

/** The most rows about people that are listed; --people all lists all. */
const MOST_ROWS = 40;

/** @param people how many names to show of people to whom the same happens */
export function* planLines(plan: Plan, people: number, style: Style): Iterable<Line> {
  yield* whatHappens(plan, people, style);
  for (const gate of plan.gates) {
    const line = sanitize(`gate ${gateName(gate)}: ${gateFinding(gate)}`);
    yield gate.passed ? line : style.bad(line);
  }
  yield `plan ${plan.digest}`;
  if (plan.refusal) yield style.bad(sanitize(`refused: ${plan.refusal.message}`));
}

/** What stands before the gates: the changes, and people. */
export function* whatHappens(
  plan: Plan,
  people: number,
  style: Style,
  mostChanges = plan.changes.length,
): Iterable<Line> {
  const { changes, impact } = plan;
  yield style.strong(changesText(plan));
  for (const change of changes.slice(0, mostChanges)) yield changeLine(change, style);
  if (changes.length > mostChanges) yield `… and ${countText(changes.length - mostChanges)} more`;
  const rows = people === Number.POSITIVE_INFINITY ? people : MOST_ROWS;
  yield* impactLines(impact, { changes, people, rows, total: impact.total, more: "--people all shows all" });
}
