import { type Given, RbacCommand } from "../../command.ts";
import { nameArg } from "../../options.ts";
import { recordView } from "../../output/records.ts";
import type { View } from "../../output/view.ts";
import { roleOf } from "../../policy/describe.ts";

export default class RoleShow extends RbacCommand<typeof RoleShow> {
  static override summary = "Show a role with its grants, neighbours and holders";
  static override examples = ["<%= config.bin %> role show editor", "<%= config.bin %> role show editor --json"];
  static override args = { role: nameArg("the role") };

  protected async answer({ args, open }: Given<typeof RoleShow>): Promise<View> {
    const database = await open();
    const { revision, policy } = await database.policy({ roles: "all", holders: [args.role] });
    return recordView(revision, roleOf(policy, args.role));
  }
}
