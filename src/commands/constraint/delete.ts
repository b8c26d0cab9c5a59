import { IF_EXISTS, nameArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { removing } from "../../policy/mutations.ts";

export default class ConstraintDelete extends WritingCommand<typeof ConstraintDelete> {
  static override summary = "Delete a constraint";
  static override examples = ["<%= config.bin %> constraint delete four-eyes"];
  static override args = { constraint: nameArg("which one") };
  static override flags = { "if-exists": IF_EXISTS };

  protected async answer({ args, flags }: CommandInput<typeof ConstraintDelete>): Promise<View> {
    return this.change(removing("constraint", args.constraint, flags["if-exists"]));
  }
}
