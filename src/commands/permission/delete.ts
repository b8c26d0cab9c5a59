import { cataloguedArg, IF_EXISTS } from "../../cli/flags/shared-flags.ts";
import { confirmDeletion } from "../../cli/writing/confirmations.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { removing } from "../../policy/mutations.ts";

export default class PermissionDelete extends WritingCommand<typeof PermissionDelete> {
  static override summary = "Delete a permission, and whatever refers to it";
  static override description =
    "Asks for confirmation when it is in use; each row that goes with it is a change of its own.";
  static override examples = ["<%= config.bin %> permission delete posts:publish --if-exists"];
  static override args = { permission: cataloguedArg("which one") };
  static override flags = { "if-exists": IF_EXISTS };

  protected async answer({ args, flags }: CommandInput<typeof PermissionDelete>): Promise<View> {
    return this.change(removing("permission", args.permission, flags["if-exists"]), {
      confirm: confirmDeletion("permission", args.permission),
    });
  }
}
