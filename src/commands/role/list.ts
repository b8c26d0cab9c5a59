import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { byMatch, byPermission, byRole, byScope, byUser, limitOf, MOST_ROWS } from "../../cli/flags/filter-flags.ts";
import { AT, nameFlag, sessionFlags } from "../../cli/flags/shared-flags.ts";
import type { View } from "../../output/render.ts";
import { listView } from "../../output/views/entities.ts";
import { askerOf } from "../../policy/evaluate/walk.ts";

export default class RoleList extends RbacCommand<typeof RoleList> {
  static override summary = "List roles";
  static override description =
    "--held-by keeps those that a user holds, as has answers: assigned, inherited or by everyone, somewhere or --on " +
    "a scope; with --activate those of a session.";
  static override examples = [
    "<%= config.bin %> role list",
    "<%= config.bin %> role list --held-by alice --activate editor",
  ];
  static override flags = {
    "held-by": nameFlag("only those that this user holds, by inheritance too", "USER"),
    role: byRole("this role"),
    user: byUser("roles that are assigned to this user"),
    permission: byPermission("roles that permit something that this pattern covers"),
    on: byScope("what is held, assigned or permitted on this scope"),
    match: byMatch("roles"),
    limit: MOST_ROWS,
    at: AT,
    ...sessionFlags({ dependsOn: ["held-by"] }),
  };

  protected async answer({ flags, now, open }: CommandInput<typeof RoleList>): Promise<View> {
    const { "held-by": holder, role: roles, user: users, permission: patterns, on, match } = flags;
    const heldBy = holder === undefined ? undefined : askerOf(holder, now, flags);
    const limit = limitOf(flags, this.shell);
    const filter = { at: now, roles, users, heldBy, patterns, on, match, limit, counted: true };
    const database = await open();
    const list = await database.lists.roles(filter);
    return listView("roles", list, list.roles);
  }
}
