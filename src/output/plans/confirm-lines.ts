/** What stands before a saved plan is applied: its changes and people, and the question. */
import type { Plan } from "../../plans/plan.ts";
import { counted } from "../count-text.ts";
import type { Line } from "../paragraph.ts";
import type { Style } from "../style.ts";
import { whatHappens } from "./plan-lines.ts";

/** The most changes that are listed, and names of people to whom the same happens. */
const MOST_LISTED = 20;
const MOST_NAMED = 3;

export const confirmLines = (plan: Plan, style: Style): Iterable<Line> =>
  whatHappens(plan, MOST_NAMED, style, MOST_LISTED);

export const appliedQuestion = ({ changes, digest }: Plan): string =>
  `Apply ${counted(changes.length, "change")} (plan ${digest})?`;
