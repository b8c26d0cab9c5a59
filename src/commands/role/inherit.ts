import { nameArg, namesArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { inheriting } from "../../policy/mutations.ts";

export default class RoleInherit extends WritingCommand<typeof RoleInherit> {
  static override summary = "Let a role inherit others";
  static override description = "A circle is refused, naming its path.";
  static override examples = ["<%= config.bin %> role inherit editor author"];
  static override args = { role: nameArg("the role"), roles: namesArg("the roles it inherits") };

  protected async answer({ args }: CommandInput<typeof RoleInherit>): Promise<View> {
    return this.change(inheriting(args.role, args.roles));
  }
}
