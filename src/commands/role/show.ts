import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { ALL_WINDOWS, AT, nameArg } from "../../cli/flags/shared-flags.ts";
import { detailsOf } from "../../database/details.ts";
import type { View } from "../../output/render.ts";
import { roleView } from "../../output/views/entities.ts";
import { roleOf } from "../../policy/evaluate/entity-details.ts";

export default class RoleShow extends RbacCommand<typeof RoleShow> {
  static override summary = "Show a role with its grants, neighbours and holders";
  static override description =
    "What has ended or not begun is left out, but for --all. CREATED and CHANGED say by " +
    "whom and when; grants, assignments and inheritance change the role, too.";
  static override examples = ["<%= config.bin %> role show editor", "<%= config.bin %> role show editor --all --json"];
  static override args = { role: nameArg("the role") };
  static override flags = { at: AT, all: ALL_WINDOWS };

  protected async answer({ args, flags, now, open }: CommandInput<typeof RoleShow>): Promise<View> {
    const database = await open();
    const needed = { roles: "all", holders: [args.role] } as const;
    const windows = { at: now, all: flags.all };
    return roleView(await detailsOf(database, ["role", args.role], needed, (all) => roleOf(all, args.role, windows)));
  }
}
