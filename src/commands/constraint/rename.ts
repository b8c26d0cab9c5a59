import { ALLOW_CONFUSABLE, nameArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { renaming } from "../../policy/mutations.ts";

export default class ConstraintRename extends WritingCommand<typeof ConstraintRename> {
  static override summary = "Give a constraint another name";
  static override examples = ["<%= config.bin %> constraint rename four-eyes two-people"];
  static override args = { constraint: nameArg("the name now"), to: nameArg("the new name") };
  static override flags = { "allow-confusable": ALLOW_CONFUSABLE };

  protected async answer({ args, flags }: CommandInput<typeof ConstraintRename>): Promise<View> {
    return this.change(renaming("constraint", args.constraint, args.to), {
      allowConfusable: flags["allow-confusable"],
    });
  }
}
