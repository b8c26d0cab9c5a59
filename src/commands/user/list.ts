import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { ALL_WINDOWS, AT, nameFlag, scopeFlag } from "../../cli/flags.ts";
import { scopeHints } from "../../cli/name-notices.ts";
import type { View } from "../../output/render.ts";
import { usersView } from "../../output/views/entities.ts";
import { usersOf } from "../../policy/evaluate/entity-details.ts";
import { indexPolicy } from "../../policy/evaluate/policy-index.ts";
import { holdersOf, withHoldings } from "../../policy/evaluate/role-holders.ts";

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
    role: nameFlag("only those who are assigned this role", "ROLE"),
    holding: nameFlag("only those who hold this role, by inheritance too", "ROLE", { exclusive: ["role"] }),
    on: scopeFlag("where they hold it (with --holding)", "SCOPE", { dependsOn: ["holding"] }),
    at: AT,
    all: ALL_WINDOWS,
  };

  protected async answer({ flags, now, open }: CommandInput<typeof UserList>): Promise<View> {
    const { role, holding, on, all } = flags;
    const database = await open();
    const { revision, users } = await database.answer({ users: "all", roles: "all", grants: "none" }, (policy) => {
      const users = usersOf(policy, { at: now, all }, role);
      return { users: holding ? withHoldings(users, holdersOf(indexPolicy(policy), holding, now, on)) : users };
    });
    return usersView(revision, users, await scopeHints(database, on));
  }
}
