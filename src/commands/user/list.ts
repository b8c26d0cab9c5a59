import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { byScope, limitOf, OF_USERS } from "../../cli/flags/filter-flags.ts";
import { ALL_WINDOWS, AT, nameFlag } from "../../cli/flags/shared-flags.ts";
import { scopeHints } from "../../cli/name-notices.ts";
import type { View } from "../../output/render.ts";
import { usersView } from "../../output/views/entities.ts";

export default class UserList extends RbacCommand<typeof UserList> {
  static override summary = "List users";
  static override description =
    "--role keeps those who are assigned a role themselves; --holding those who hold it, as has answers: assigned, " +
    "inherited or by everyone, somewhere or --on a scope. What has ended or not begun is left out, but for --all. " +
    "In JSON, --holding says through which role and where: holdings.";
  static override examples = [
    "<%= config.bin %> user list",
    "<%= config.bin %> user list --role editor --json",
    "<%= config.bin %> user list --holding editor --on acme",
  ];
  static override flags = {
    ...OF_USERS,
    holding: nameFlag("only those who hold this role, by inheritance too", "ROLE", { exclusive: ["role"] }),
    on: byScope("those who are assigned something, or what was named, on this scope"),
    at: AT,
    all: ALL_WINDOWS,
  };

  protected async answer({ flags, now, open }: CommandInput<typeof UserList>): Promise<View> {
    const { user: users, role: roles, holding, on, match, all } = flags;
    const filter = { users, roles, holding, on, match, at: now, all, limit: limitOf(flags, this.shell), counted: true };
    const database = await open();
    const list = await database.lists.users(filter);
    return usersView(list, list.users, await scopeHints(database, on));
  }
}
