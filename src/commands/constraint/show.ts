import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { AT, nameArg } from "../../cli/flags/shared-flags.ts";
import { detailsOf } from "../../database/details.ts";
import type { View } from "../../output/render.ts";
import { recordView } from "../../output/views/entities.ts";
import { constraintOf } from "../../policy/evaluate/entity-details.ts";

export default class ConstraintShow extends RbacCommand<typeof ConstraintShow> {
  static override summary = "Show a constraint";
  static override description = "CREATED and CHANGED say by whom and when.";
  static override examples = ["<%= config.bin %> constraint show four-eyes"];
  static override args = { constraint: nameArg("the constraint") };
  static override flags = { at: AT };

  protected async answer({ args, open }: CommandInput<typeof ConstraintShow>): Promise<View> {
    const database = await open();
    const needed = { constraints: true, grants: "none" } as const;
    const { constraint } = args;
    return recordView(
      await detailsOf(database, ["constraint", constraint], needed, (all) => constraintOf(all, constraint)),
    );
  }
}
