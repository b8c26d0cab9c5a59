import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { byRole, byScope, byUser, limitOf, OF_PERMISSIONS } from "../cli/flags/filter-flags.ts";
import { AT } from "../cli/flags/shared-flags.ts";
import { scopeHints } from "../cli/name-notices.ts";
import type { View } from "../output/render.ts";
import { matrixView } from "../output/views/matrix.ts";

export default class Matrix extends RbacCommand<typeof Matrix> {
  static override summary = "Show roles, or users, against permissions";
  static override description =
    "A cell joins any (everywhere), own (as the owner), scoped (only somewhere) and if (under a condition) by +, " +
    "with - behind where a deny takes part of it away; or it is deny (nowhere, and there is a deny) or – (not " +
    "granted; empty in CSV). Roles are shown alone, without what everyone holds.";
  static override examples = [
    "<%= config.bin %> matrix",
    "<%= config.bin %> matrix --role editor --permission 'posts:*'",
    "<%= config.bin %> matrix --users --format csv",
  ];
  static override flags = {
    at: AT,
    users: Flags.boolean({ description: "users instead of roles" }),
    role: byRole("this role; of users, who is assigned it"),
    user: byUser("this user, which implies --users"),
    ...OF_PERMISSIONS,
    on: byScope("what holds on this scope"),
  };

  protected async answer({ flags, now, open, progress }: CommandInput<typeof Matrix>): Promise<View> {
    const { role: roles, user: users, permission: patterns, on, match } = flags;
    const rows = flags.users || users ? "users" : "roles";
    const filter = { roles, users, patterns, on, match, limit: limitOf(flags, this.shell) };
    const database = await open();
    (await progress())({ step: "reading the policy" });
    return matrixView(rows, await database.lists.matrix(rows, now, filter), await scopeHints(database, on));
  }
}
