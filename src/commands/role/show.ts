import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { nameArg } from "../../cli/flags.ts";
import type { View } from "../../output/render.ts";
import { recordView } from "../../output/views/entities.ts";
import { roleOf } from "../../policy/evaluate/entity-details.ts";

export default class RoleShow extends RbacCommand<typeof RoleShow> {
  static override summary = "Show a role with its grants, neighbours and holders";
  static override examples = ["<%= config.bin %> role show editor", "<%= config.bin %> role show editor --json"];
  static override args = { role: nameArg("the role") };

  protected async answer({ args, open }: CommandInput<typeof RoleShow>): Promise<View> {
    const database = await open();
    const needed = { roles: "all", holders: [args.role] } as const;
    const { revision, role } = await database.answer(needed, (policy) => ({ role: roleOf(policy, args.role) }));
    return recordView(revision, role);
  }
}
