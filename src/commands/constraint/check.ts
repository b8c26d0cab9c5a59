import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { AT } from "../../cli/flags/shared-flags.ts";
import type { View } from "../../output/render.ts";
import { violationsView } from "../../output/views/violations.ts";
import { violationsOf } from "../../policy/rules/constraint-violations.ts";

export default class ConstraintCheck extends RbacCommand<typeof ConstraintCheck> {
  static override summary = "Name everything that breaks a constraint, now or later";
  static override description =
    "Judges every constraint on every scope and at every moment from now on. Exit 1 if anything is broken.";
  static override examples = ["<%= config.bin %> constraint check", "<%= config.bin %> constraint check --json"];
  static override flags = { at: AT };

  protected async answer({ now, open }: CommandInput<typeof ConstraintCheck>): Promise<View> {
    const { revision, policy } = await (await open()).policy({ users: "all", roles: "all", grants: "none" });
    return violationsView({ revision, violations: violationsOf(policy, now) });
  }
}
