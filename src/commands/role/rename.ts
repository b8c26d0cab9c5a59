import { ALLOW_CONFUSABLE, nameArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { renaming } from "../../policy/mutations.ts";

export default class RoleRename extends WritingCommand<typeof RoleRename> {
  static override summary = "Give a role another name";
  static override description = "Moves every row that names it, in one revision.";
  static override examples = ["<%= config.bin %> role rename editor publisher"];
  static override args = { role: nameArg("the name now"), to: nameArg("the new name") };
  static override flags = { "allow-confusable": ALLOW_CONFUSABLE };

  protected async answer({ args, flags }: CommandInput<typeof RoleRename>): Promise<View> {
    return this.change(renaming("role", args.role, args.to), { allowConfusable: flags["allow-confusable"] });
  }
}
