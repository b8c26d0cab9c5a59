import { nameArg, namesArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { disinheriting } from "../../policy/mutations.ts";

export default class RoleDisinherit extends WritingCommand<typeof RoleDisinherit> {
  static override summary = "Take inherited roles away from a role";
  static override examples = ["<%= config.bin %> role disinherit editor author"];
  static override args = { role: nameArg("the role"), roles: namesArg("the roles it inherits") };

  protected async answer({ args }: CommandInput<typeof RoleDisinherit>): Promise<View> {
    return this.change(disinheriting(args.role, args.roles));
  }
}
