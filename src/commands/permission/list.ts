import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { limitOf, OF_PERMISSIONS } from "../../cli/flags/filter-flags.ts";
import { AT } from "../../cli/flags/shared-flags.ts";
import type { View } from "../../output/render.ts";
import { listView } from "../../output/views/entities.ts";

export default class PermissionList extends RbacCommand<typeof PermissionList> {
  static override summary = "List the catalogue of permissions";
  static override examples = ["<%= config.bin %> permission list", "<%= config.bin %> permission list --json"];
  static override flags = {
    ...OF_PERMISSIONS,
    at: AT,
  };

  protected async answer({ flags, open }: CommandInput<typeof PermissionList>): Promise<View> {
    const database = await open();
    const { permission: patterns, match } = flags;
    const limit = limitOf(flags, this.shell);
    const list = await database.lists.permissions({ patterns, match, limit, counted: true });
    return listView("permissions", list, list.permissions);
  }
}
