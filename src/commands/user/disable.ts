import { nameArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { setting } from "../../policy/mutations.ts";

export default class UserDisable extends WritingCommand<typeof UserDisable> {
  static override summary = "Deny a user everything, and keep every assignment";
  static override examples = ["<%= config.bin %> user disable alice"];
  static override args = { user: nameArg("who") };

  protected async answer({ args }: CommandInput<typeof UserDisable>): Promise<View> {
    return this.change(setting("user", args.user, { disabled: true }));
  }
}
