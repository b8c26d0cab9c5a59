import { type Given, RbacCommand } from "../../command.ts";
import { nameFlag } from "../../options.ts";
import { listView } from "../../output/records.ts";
import type { View } from "../../output/view.ts";
import { usersOf } from "../../policy/describe.ts";

export default class UserList extends RbacCommand<typeof UserList> {
  static override summary = "List users";
  static override examples = ["<%= config.bin %> user list", "<%= config.bin %> user list --role editor --json"];
  static override flags = { role: nameFlag("only those who are assigned this role", "ROLE") };

  protected async answer({ flags, open }: Given<typeof UserList>): Promise<View> {
    const database = await open();
    const { revision, policy } = await database.policy({ users: "all", roles: "all", grants: "none" });
    return listView("users", revision, usersOf(policy, flags.role));
  }
}
