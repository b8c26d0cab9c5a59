/** The view of a plan, in every format. */
import { EXIT } from "../../errors.ts";
import type { Plan } from "../../plans/plan.ts";
import { impactJson } from "../impact/impact-json.ts";
import { impactTable } from "../impact/impact-lines.ts";
import type { View } from "../render.ts";
import { planLines } from "./plan-lines.ts";

interface Shown {
  /** How many names to show of people to whom the same happens. */
  readonly people: number;
  readonly notices?: readonly string[];
  readonly closing?: readonly string[];
}

export function planView(plan: Plan, { people, notices = [], closing = [] }: Shown): View {
  return {
    json: planJson(plan, people),
    table: impactTable(plan.impact, { changes: plan.changes, people }),
    text: (style) => planLines(plan, people, style),
    notices: [...notices, ...plan.notices],
    closing,
  };
}

/** The plan with so many names of each outcome, and how many there are. */
export const planJson = (plan: Plan, people: number): object => ({ ...plan, impact: impactJson(plan.impact, people) });

/** 3 where the policy would be refused, 1 where a gate is crossed, or where a check finds changes. */
export function exitCodeOf({ refusal, gates, changed }: Plan, isCheck: boolean): number {
  if (refusal) return EXIT.refused;
  return gates.some(({ passed }) => !passed) || (isCheck && changed) ? EXIT.no : EXIT.yes;
}
