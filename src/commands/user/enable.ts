import { nameArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { setting } from "../../policy/mutations.ts";

export default class UserEnable extends WritingCommand<typeof UserEnable> {
  static override summary = "Let a user act again";
  static override examples = ["<%= config.bin %> user enable alice"];
  static override args = { user: nameArg("who") };

  protected async answer({ args }: CommandInput<typeof UserEnable>): Promise<View> {
    return this.change(setting("user", args.user, { disabled: false }));
  }
}
