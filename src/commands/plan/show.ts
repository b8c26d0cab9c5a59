import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { PEOPLE, peopleShown } from "../../cli/flags/plan-flags.ts";
import { pathArg } from "../../cli/flags/shared-flags.ts";
import { PLAN_REPORT, withPlanReports } from "../../cli/writing/plan-reports.ts";
import { readSavedPlan } from "../../cli/writing/saved-plan.ts";
import { planView } from "../../output/plans/plan-view.ts";
import type { View } from "../../output/render.ts";

export default class PlanShow extends RbacCommand<typeof PlanShow> {
  static override summary = "Show a saved plan, without its database";
  static override description =
    "As it was made: what stands in the database now is not looked at. Documents that lie in a file named show are " +
    "planned as ./show.";
  static override examples = [
    "<%= config.bin %> plan show plan.json",
    "<%= config.bin %> plan show plan.json --people all --report markdown=comment.md",
  ];
  static override args = { file: pathArg("a saved plan") };
  static override flags = { people: PEOPLE, report: PLAN_REPORT };
  static readonly readsNoContext = true;

  protected answer({ args: { file }, flags }: CommandInput<typeof PlanShow>): Promise<View> {
    const people = peopleShown(flags);
    const run = async () => {
      const plan = await readSavedPlan(file);
      return { plan, view: planView(plan, { people }) };
    };
    return withPlanReports({ flags, people, file, reads: [file], print: (text) => this.print(text), run });
  }
}
