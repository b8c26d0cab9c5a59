import { LIMIT, NEEDS, nameArg, rolesFlag } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { reshaping } from "../../policy/mutations.ts";

export default class ConstraintSet extends WritingCommand<typeof ConstraintSet> {
  static override summary = "Change the roles or the limit of a constraint";
  static override examples = [
    "<%= config.bin %> constraint set four-eyes --add approver",
    "<%= config.bin %> constraint set four-eyes --drop approver --limit 2",
  ];
  static override args = { constraint: nameArg("the constraint") };
  static override flags = {
    add: rolesFlag("a role that it shall speak of, too (repeatable)"),
    drop: rolesFlag("a role that it shall no longer speak of (repeatable)"),
    limit: LIMIT,
    needs: NEEDS,
  };

  protected async answer({ args, flags }: CommandInput<typeof ConstraintSet>): Promise<View> {
    return this.change(reshaping(args.constraint, flags));
  }
}
