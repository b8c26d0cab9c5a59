import { ALLOW_CONFUSABLE, cataloguedArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { renaming } from "../../policy/mutations.ts";

export default class PermissionRename extends WritingCommand<typeof PermissionRename> {
  static override summary = "Give a permission another name";
  static override description = "Moves every row that names it, in one revision.";
  static override examples = ["<%= config.bin %> permission rename posts:publish posts:release"];
  static override args = { permission: cataloguedArg("the name now"), to: cataloguedArg("the new name") };
  static override flags = { "allow-confusable": ALLOW_CONFUSABLE };

  protected async answer({ args, flags }: CommandInput<typeof PermissionRename>): Promise<View> {
    return this.change(renaming("permission", args.permission, args.to), {
      allowConfusable: flags["allow-confusable"],
    });
  }
}
