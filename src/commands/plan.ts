import { Flags } from "@oclif/core";
import { EXPAND, GATE_FLAGS, PEOPLE } from "../cli/flags/plan-flags.ts";
import { optionalPathsArg, wordFlag } from "../cli/flags/shared-flags.ts";
import { PLAN_REPORT } from "../cli/writing/plan-reports.ts";
import { type CommandInput, PlanningCommand } from "../cli/writing/planning-command.ts";
import type { View } from "../output/render.ts";

export default class Plan extends PlanningCommand<typeof Plan> {
  static override summary = "Show who would gain and lose by a change, before it is made";
  static override description =
    "Of documents, as by seed; of an undo; or of any command that changes the policy, behind --. Exit 1 where a gate " +
    "is crossed, or with --check something would change; 3 where the policy would be refused. See docs/plan.md.";
  static override examples = [
    "<%= config.bin %> plan policy.yaml --prune --max-affected 100 --protect 'users:*'",
    "<%= config.bin %> plan policy/ --out plan.json --report markdown=comment.md",
    "<%= config.bin %> plan --undo 12",
    "<%= config.bin %> plan -- grant author posts:delete",
  ];
  static override args = { path: optionalPathsArg("files, folders, or - for standard input") };
  static override flags = {
    prune: Flags.boolean({ description: "what documents leave out goes, too, as by seed" }),
    undo: wordFlag("take back this revision, or several as A..B", "REVISION"),
    ...GATE_FLAGS,
    people: PEOPLE,
    expand: EXPAND,
    check: Flags.boolean({ description: "exit 1 if anything would change" }),
    out: wordFlag("save the plan to this file, for rbac apply", "FILE"),
    report: PLAN_REPORT,
  };

  protected answer({ args: { path }, flags }: CommandInput<typeof Plan>): Promise<View> {
    return this.plan(path, flags);
  }
}
