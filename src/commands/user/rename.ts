import { allowedNames, NEW_USER, nameArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { renaming } from "../../policy/mutations.ts";

export default class UserRename extends WritingCommand<typeof UserRename> {
  static override summary = "Give a user another name";
  static override description = "Moves every row that names it, in one revision.";
  static override examples = ["<%= config.bin %> user rename alice alice@example.com"];
  static override args = { user: nameArg("the name now"), to: nameArg("the new name") };
  static override flags = NEW_USER;

  protected async answer({ args, flags }: CommandInput<typeof UserRename>): Promise<View> {
    const { allowComma, allowConfusable } = allowedNames(flags);
    const mutation = renaming("user", args.user, args.to, allowComma);
    return this.change(mutation, { allowConfusable });
  }
}
