import { ALLOW_CONFUSABLE, cataloguedArg, textFlag } from "../../options.ts";
import type { View } from "../../output/view.ts";
import { creating } from "../../policy/wishes.ts";
import { type Given, WritingCommand } from "../../writing.ts";

export default class PermissionCreate extends WritingCommand<typeof PermissionCreate> {
  static override summary = "List a permission in the catalogue";
  static override examples = ["<%= config.bin %> permission create posts:publish --description 'Publish any post'"];
  static override args = { permission: cataloguedArg("resource:action") };
  static override flags = { description: textFlag("what it allows"), "allow-confusable": ALLOW_CONFUSABLE };

  protected async answer({ args, flags }: Given<typeof PermissionCreate>): Promise<View> {
    const wish = creating("permission", args.permission, { description: flags.description ?? null });
    return this.change(wish, { allowConfusable: flags["allow-confusable"] });
  }
}
