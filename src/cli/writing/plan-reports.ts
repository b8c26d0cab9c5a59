/** The reports of plans: for a pull request, and for machines. */
import { RbacError } from "../../errors.ts";
import { errorJson } from "../../output/error-json.ts";
import type { View } from "../../output/render.ts";
import { toJson } from "../../output/sanitize.ts";
import type { Plan } from "../../plans/plan.ts";
import { reported, reportFlag, type Target } from "../reports.ts";

const MAY_BE_PRINTED = { markdown: false, json: false };
type Kind = keyof typeof MAY_BE_PRINTED;

export const PLAN_REPORT = reportFlag<Kind>("also write markdown=FILE or json=FILE (repeatable)", MAY_BE_PRINTED);

export interface ReportFlags {
  readonly report?: readonly Target<Kind>[];
  readonly json: boolean;
  readonly format?: string;
}

interface Reporting {
  readonly flags: ReportFlags;
  /** How many names to show of people to whom the same happens. */
  readonly people: number;
  readonly isCheck?: boolean;
  /** Where the whole plan is saved. */
  readonly file?: string | undefined;
  readonly reads: readonly string[];
  readonly writes?: readonly string[];
  print(text: string): Promise<void>;
  run(): Promise<{ readonly view: View; readonly plan: Plan }>;
}

/** Has a plan made or read, and writes the reports that are asked for; of an error, too. */
export function withPlanReports({ people, isCheck = false, file, run, ...reporting }: Reporting): Promise<View> {
  return reported<Kind, Plan | RbacError>({
    ...reporting,
    run: async () => {
      const { view, plan } = await run();
      return { view, report: plan };
    },
    faulty: (error) => error,
    writers: async () => {
      const { faultMarkdown, planMarkdown } = await import("../../output/plans/markdown.ts");
      const { planJson } = await import("../../output/plans/plan-view.ts");
      return {
        markdown: (plan) =>
          plan instanceof RbacError ? faultMarkdown(plan) : planMarkdown(plan, { people, isCheck, file }),
        json: (plan) => `${toJson(plan instanceof RbacError ? errorJson(plan) : planJson(plan, people))}\n`,
      };
    },
  });
}
