import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { limitOf, MOST_ROWS } from "../cli/flags/filter-flags.ts";
import { nameArg, nameFlag, optionalPermissionArg } from "../cli/flags/shared-flags.ts";
import { wrong } from "../errors.ts";
import type { View } from "../output/render.ts";
import { historyView } from "../output/views/history.ts";
import { quote } from "../policy/model/names.ts";

export default class History extends RbacCommand<typeof History> {
  static override summary = "Tell when somebody gained and lost permissions, and by whose act";
  static override description =
    "Replays the record: every moment something was gained or lost, with the entry that caused it, also when that " +
    "was a grant or an inheritance edge elsewhere, or a window that opened or closed.";
  static override examples = [
    "<%= config.bin %> history alice posts:publish",
    "<%= config.bin %> history alice",
    "<%= config.bin %> history --role editor",
  ];
  static override args = {
    user: nameArg("who (left out with --role)"),
    permission: optionalPermissionArg("one permission; all when left out"),
  };
  static override flags = { role: nameFlag("a role instead of a user", "ROLE"), limit: MOST_ROWS };
  static override insteadOfUser = ["role"];

  protected async answer({ args, flags, now, open }: CommandInput<typeof History>): Promise<View> {
    if (flags.role !== undefined && args.permission !== undefined)
      throw wrong("USAGE", `--role stands in place of USER: leave ${quote(args.user)} out`);
    const database = await open();
    const subject = flags.role === undefined ? { user: args.user } : { role: flags.role };
    const permission = flags.role === undefined ? args.permission : (args.user ?? args.permission);
    const limit = limitOf(flags, this.shell);
    return historyView(subject, await database.record.history(subject, permission, now, limit));
  }
}
