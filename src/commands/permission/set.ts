import { clearFlag, fieldsOf } from "../../cli/flags/field-flags.ts";
import { cataloguedArg, textFlag } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { setting } from "../../policy/mutations.ts";

export default class PermissionSet extends WritingCommand<typeof PermissionSet> {
  static override summary = "Change what is said of a permission";
  static override examples = [
    "<%= config.bin %> permission set posts:publish --description 'Something new'",
    "<%= config.bin %> permission set posts:publish --clear description",
  ];
  static override args = { permission: cataloguedArg("the permission") };
  static override flags = { description: textFlag("what it allows"), clear: clearFlag(["description"]) };

  protected async answer({ args, flags }: CommandInput<typeof PermissionSet>): Promise<View> {
    return this.change(setting("permission", args.permission, fieldsOf(flags, ["description"])));
  }
}
