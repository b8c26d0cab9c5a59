import { nameArg, namesArg } from "../../options.ts";
import type { View } from "../../output/view.ts";
import { inheriting } from "../../policy/wishes.ts";
import { type Given, WritingCommand } from "../../writing.ts";

export default class RoleInherit extends WritingCommand<typeof RoleInherit> {
  static override summary = "Let a role inherit others";
  static override description = "A circle is refused, naming its path.";
  static override examples = ["<%= config.bin %> role inherit editor author"];
  static override args = { role: nameArg("the role"), roles: namesArg("the roles it inherits") };

  protected async answer({ args }: Given<typeof RoleInherit>): Promise<View> {
    return this.change(inheriting(args.role, args.roles));
  }
}
