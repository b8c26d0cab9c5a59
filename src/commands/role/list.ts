import { type Given, RbacCommand } from "../../command.ts";
import { listView } from "../../output/records.ts";
import type { View } from "../../output/view.ts";
import { rolesOf } from "../../policy/describe.ts";

export default class RoleList extends RbacCommand<typeof RoleList> {
  static override summary = "List roles";
  static override examples = ["<%= config.bin %> role list", "<%= config.bin %> role list --json"];

  protected async answer({ open }: Given<typeof RoleList>): Promise<View> {
    const database = await open();
    const { revision, policy } = await database.policy({ roles: "all" });
    return listView("roles", revision, rolesOf(policy));
  }
}
