import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { ALL_WINDOWS, AT, nameArg } from "../../cli/flags.ts";
import type { View } from "../../output/render.ts";
import { roleView } from "../../output/views/entities.ts";
import { roleOf } from "../../policy/evaluate/entity-details.ts";

export default class RoleShow extends RbacCommand<typeof RoleShow> {
  static override summary = "Show a role with its grants, neighbours and holders";
  static override description = "What has ended or not begun is left out, but for --all.";
  static override examples = ["<%= config.bin %> role show editor", "<%= config.bin %> role show editor --all --json"];
  static override args = { role: nameArg("the role") };
  static override flags = { at: AT, all: ALL_WINDOWS };

  protected async answer({ args, flags, now, open }: CommandInput<typeof RoleShow>): Promise<View> {
    const database = await open();
    const needed = { roles: "all", holders: [args.role] } as const;
    const windows = { at: now, all: flags.all };
    const { revision, role } = await database.answer(needed, (policy) => ({
      role: roleOf(policy, args.role, windows),
    }));
    return roleView(revision, role);
  }
}
