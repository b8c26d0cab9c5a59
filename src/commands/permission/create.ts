import { ALLOW_CONFUSABLE, cataloguedArg, textFlag } from "../../cli/flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing-command.ts";
import type { View } from "../../output/render.ts";
import { creating } from "../../policy/mutations.ts";

export default class PermissionCreate extends WritingCommand<typeof PermissionCreate> {
  static override summary = "List a permission in the catalogue";
  static override examples = ["<%= config.bin %> permission create posts:publish --description 'Publish any post'"];
  static override args = { permission: cataloguedArg("its name, best resource:action") };
  static override flags = { description: textFlag("what it allows"), "allow-confusable": ALLOW_CONFUSABLE };

  protected async answer({ args, flags }: CommandInput<typeof PermissionCreate>): Promise<View> {
    const mutation = creating("permission", args.permission, { description: flags.description ?? null });
    return this.change(mutation, { allowConfusable: flags["allow-confusable"] });
  }
}
