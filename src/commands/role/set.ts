import { clearFlag, fieldsOf } from "../../cli/flags/field-flags.ts";
import { nameArg, textFlag } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { setting } from "../../policy/mutations.ts";

export default class RoleSet extends WritingCommand<typeof RoleSet> {
  static override summary = "Change what is said of a role";
  static override examples = [
    "<%= config.bin %> role set editor --description 'Something new'",
    "<%= config.bin %> role set editor --clear description",
  ];
  static override args = { role: nameArg("the role") };
  static override flags = { description: textFlag("what it is for"), clear: clearFlag(["description"]) };

  protected async answer({ args, flags }: CommandInput<typeof RoleSet>): Promise<View> {
    return this.change(setting("role", args.role, fieldsOf(flags, ["description"])));
  }
}
