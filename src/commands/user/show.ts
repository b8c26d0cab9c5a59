import { type Given, RbacCommand } from "../../command.ts";
import { nameArg } from "../../options.ts";
import { recordView } from "../../output/records.ts";
import type { View } from "../../output/view.ts";
import { userOf } from "../../policy/describe.ts";

export default class UserShow extends RbacCommand<typeof UserShow> {
  static override summary = "Show a user with every assignment";
  static override examples = ["<%= config.bin %> user show alice", "<%= config.bin %> user show alice --json"];
  static override args = { user: nameArg("who") };

  protected async answer({ args, open }: Given<typeof UserShow>): Promise<View> {
    const database = await open();
    const { revision, policy } = await database.policy({ users: [args.user], grants: "none" });
    return recordView(revision, userOf(policy, args.user));
  }
}
