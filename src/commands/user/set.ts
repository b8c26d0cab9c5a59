import { clearFlag, fieldsOf } from "../../cli/flags/field-flags.ts";
import { nameArg, textFlag } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { setting } from "../../policy/mutations.ts";

export default class UserSet extends WritingCommand<typeof UserSet> {
  static override summary = "Change what is said of a user";
  static override examples = [
    "<%= config.bin %> user set alice --email alice@example.org",
    "<%= config.bin %> user set alice --clear email",
  ];
  static override args = { user: nameArg("who") };
  static override flags = {
    email: textFlag("an e-mail address"),
    name: textFlag("the name in full"),
    clear: clearFlag(["email", "name"]),
  };

  protected async answer({ args, flags }: CommandInput<typeof UserSet>): Promise<View> {
    return this.change(setting("user", args.user, fieldsOf(flags, ["email", "name"])));
  }
}
