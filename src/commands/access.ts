import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { byMatch, byPermission, byRole, byScope, byUser, limitOf, MOST_ROWS } from "../cli/flags/filter-flags.ts";
import { onlyFlag, partSaid } from "../cli/flags/only-flag.ts";
import { AT } from "../cli/flags/shared-flags.ts";
import { partHints, scopeHints } from "../cli/name-notices.ts";
import type { StreamedView } from "../output/render.ts";
import { accessParts } from "../output/views/access-lists.ts";

export default class Access extends RbacCommand<typeof Access> {
  static override summary = "List who may do what, by which role, since when and by whom";
  static override description =
    "For an access review: a row for each user, permission and role that they hold, assigned or of everyone. Roles " +
    "that give the same are rows each. What a deny takes away is left out, or stands in EXCEPT. ASSIGNED is who " +
    "assigned the role and when, GRANTED who granted the permission.";
  static override examples = [
    "<%= config.bin %> access --format csv > access.csv",
    "<%= config.bin %> access --role admin --role auditor --assigned",
    "<%= config.bin %> access --permission 'billing:*' --on acme --at 2026-03-31",
  ];
  static override flags = {
    user: byUser("this user"),
    role: byRole("what is held by this role"),
    permission: byPermission("permissions that this pattern covers"),
    on: byScope("what holds on this scope"),
    assigned: Flags.boolean({ description: "only by assigned roles, without those that everyone holds" }),
    match: byMatch("users"),
    only: onlyFlag("only a part of the policy"),
    limit: MOST_ROWS,
    at: AT,
  };

  protected async answer({ flags, now, open }: CommandInput<typeof Access>): Promise<StreamedView> {
    const { user: users, role: roles, permission: patterns, on, assigned, match } = flags;
    const [part, limit, database] = [partSaid(flags.only), limitOf(flags, this.shell), await open()];
    const pages = database.accessByPages({ at: now, users, roles, patterns, on, assigned, match, part, limit });
    return { parts: accessParts(pages, [...(await scopeHints(database, on)), ...(await partHints(database, part))]) };
  }
}
