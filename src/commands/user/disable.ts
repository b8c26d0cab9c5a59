import { nameArg } from "../../options.ts";
import type { View } from "../../output/view.ts";
import { setting } from "../../policy/wishes.ts";
import { type Given, WritingCommand } from "../../writing.ts";

export default class UserDisable extends WritingCommand<typeof UserDisable> {
  static override summary = "Deny a user everything, and keep every assignment";
  static override examples = ["<%= config.bin %> user disable alice"];
  static override args = { user: nameArg("who") };

  protected async answer({ args }: Given<typeof UserDisable>): Promise<View> {
    return this.change(setting("user", args.user, { disabled: true }));
  }
}
