import { nameArg, namesArg } from "../../options.ts";
import type { View } from "../../output/view.ts";
import { disinheriting } from "../../policy/wishes.ts";
import { type Given, WritingCommand } from "../../writing.ts";

export default class RoleDisinherit extends WritingCommand<typeof RoleDisinherit> {
  static override summary = "Take inherited roles away from a role";
  static override examples = ["<%= config.bin %> role disinherit editor author"];
  static override args = { role: nameArg("the role"), roles: namesArg("the roles it inherits") };

  protected async answer({ args }: Given<typeof RoleDisinherit>): Promise<View> {
    return this.change(disinheriting(args.role, args.roles));
  }
}
