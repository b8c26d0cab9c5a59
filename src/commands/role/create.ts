import { ALLOW_CONFUSABLE, nameArg, textFlag } from "../../cli/flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing-command.ts";
import type { View } from "../../output/render.ts";
import { creating } from "../../policy/mutations.ts";

export default class RoleCreate extends WritingCommand<typeof RoleCreate> {
  static override summary = "Create a role";
  static override examples = ["<%= config.bin %> role create editor --description 'Edits and publishes'"];
  static override args = { role: nameArg("the new name") };
  static override flags = { description: textFlag("what it is for"), "allow-confusable": ALLOW_CONFUSABLE };

  protected async answer({ args, flags }: CommandInput<typeof RoleCreate>): Promise<View> {
    const mutation = creating("role", args.role, { description: flags.description ?? null });
    return this.change(mutation, { allowConfusable: flags["allow-confusable"] });
  }
}
