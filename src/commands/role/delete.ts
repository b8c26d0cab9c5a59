import { IF_EXISTS, nameArg } from "../../cli/flags/shared-flags.ts";
import { confirmDeletion } from "../../cli/writing/confirmations.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { removing } from "../../policy/mutations.ts";

export default class RoleDelete extends WritingCommand<typeof RoleDelete> {
  static override summary = "Delete a role, and whatever refers to it";
  static override description =
    "Asks for confirmation when it is in use; each row that goes with it is a change of its own.";
  static override examples = ["<%= config.bin %> role delete editor --yes"];
  static override args = { role: nameArg("which one") };
  static override flags = { "if-exists": IF_EXISTS };

  protected async answer({ args, flags }: CommandInput<typeof RoleDelete>): Promise<View> {
    return this.change(removing("role", args.role, flags["if-exists"]), {
      confirm: confirmDeletion("role", args.role),
    });
  }
}
