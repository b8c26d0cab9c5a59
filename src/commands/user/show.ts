import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { ALL_WINDOWS, AT, nameArg } from "../../cli/flags/shared-flags.ts";
import { detailsOf } from "../../database/details.ts";
import type { View } from "../../output/render.ts";
import { recordView } from "../../output/views/entities.ts";
import { userOf } from "../../policy/evaluate/entity-details.ts";

export default class UserShow extends RbacCommand<typeof UserShow> {
  static override summary = "Show a user with the assignments";
  static override description =
    "What has ended or not begun is left out, but for --all. CREATED and CHANGED say by " +
    "whom and when; an assignment changes its user, too.";
  static override examples = ["<%= config.bin %> user show alice", "<%= config.bin %> user show alice --all --json"];
  static override args = { user: nameArg("who") };
  static override flags = { at: AT, all: ALL_WINDOWS };

  protected async answer({ args, flags, now, open }: CommandInput<typeof UserShow>): Promise<View> {
    const database = await open();
    const needed = { users: [args.user], grants: "none" } as const;
    const windows = { at: now, all: flags.all };
    return recordView(await detailsOf(database, ["user", args.user], needed, (all) => userOf(all, args.user, windows)));
  }
}
