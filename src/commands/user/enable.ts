import { nameArg } from "../../options.ts";
import type { View } from "../../output/view.ts";
import { setting } from "../../policy/wishes.ts";
import { type Given, WritingCommand } from "../../writing.ts";

export default class UserEnable extends WritingCommand<typeof UserEnable> {
  static override summary = "Let a user act again";
  static override examples = ["<%= config.bin %> user enable alice"];
  static override args = { user: nameArg("who") };

  protected async answer({ args }: Given<typeof UserEnable>): Promise<View> {
    return this.change(setting("user", args.user, { disabled: false }));
  }
}
