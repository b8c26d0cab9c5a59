import { ALLOW_CONFUSABLE, nameArg, textFlag } from "../../options.ts";
import type { View } from "../../output/view.ts";
import { creating } from "../../policy/wishes.ts";
import { type Given, WritingCommand } from "../../writing.ts";

export default class RoleCreate extends WritingCommand<typeof RoleCreate> {
  static override summary = "Create a role";
  static override examples = ["<%= config.bin %> role create editor --description 'Edits and publishes'"];
  static override args = { role: nameArg("the new name") };
  static override flags = { description: textFlag("what it is for"), "allow-confusable": ALLOW_CONFUSABLE };

  protected async answer({ args, flags }: Given<typeof RoleCreate>): Promise<View> {
    const wish = creating("role", args.role, { description: flags.description ?? null });
    return this.change(wish, { allowConfusable: flags["allow-confusable"] });
  }
}
