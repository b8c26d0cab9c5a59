import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { nameArg } from "../../cli/flags.ts";
import type { View } from "../../output/render.ts";
import { recordView } from "../../output/views/entities.ts";
import { userOf } from "../../policy/evaluate/entity-details.ts";

export default class UserShow extends RbacCommand<typeof UserShow> {
  static override summary = "Show a user with every assignment";
  static override examples = ["<%= config.bin %> user show alice", "<%= config.bin %> user show alice --json"];
  static override args = { user: nameArg("who") };

  protected async answer({ args, open }: CommandInput<typeof UserShow>): Promise<View> {
    const database = await open();
    const needed = { users: [args.user], grants: "none" } as const;
    const { revision, user } = await database.answer(needed, (policy) => ({ user: userOf(policy, args.user) }));
    return recordView(revision, user);
  }
}
