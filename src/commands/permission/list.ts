import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { AT } from "../../cli/flags.ts";
import type { View } from "../../output/render.ts";
import { listView } from "../../output/views/entities.ts";

export default class PermissionList extends RbacCommand<typeof PermissionList> {
  static override summary = "List the catalogue of permissions";
  static override examples = ["<%= config.bin %> permission list", "<%= config.bin %> permission list --json"];
  static override flags = { at: AT };

  protected async answer({ open }: CommandInput<typeof PermissionList>): Promise<View> {
    const database = await open();
    const { revision, permissions } = await database.lists.permissions();
    return listView("permissions", revision, permissions);
  }
}
