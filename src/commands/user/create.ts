import { allowedNames, NEW_USER, nameArg, textFlag } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { creating } from "../../policy/mutations.ts";

export default class UserCreate extends WritingCommand<typeof UserCreate> {
  static override summary = "Create a user";
  static override examples = ["<%= config.bin %> user create alice --email alice@example.com --name 'Alice A.'"];
  static override args = { user: nameArg("the new name") };
  static override flags = {
    email: textFlag("an e-mail address, a label"),
    name: textFlag("the name in full"),
    ...NEW_USER,
  };

  protected async answer({ args, flags }: CommandInput<typeof UserCreate>): Promise<View> {
    const { email = null, name = null } = flags;
    const { allowComma, allowConfusable } = allowedNames(flags);
    const mutation = creating("user", args.user, { email, name }, allowComma);
    return this.change(mutation, { allowConfusable });
  }
}
