import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { limitOf, MOST_ROWS } from "../cli/flags/filter-flags.ts";
import { AT, timeFlag } from "../cli/flags/shared-flags.ts";
import type { View } from "../output/render.ts";
import { endedView, expiringView } from "../output/views/expiring.ts";
import { parseMoment } from "../policy/model/times.ts";

export default class Expiring extends RbacCommand<typeof Expiring> {
  static override summary = "List what ends soon, and what its holders then lose";
  static override description =
    "Renew with assign and a later --until. LOSES is empty where the user holds the same another way. --ended lists " +
    "what has ended and is not revoked; --within then looks back, for ever when left out.";
  static override examples = [
    "<%= config.bin %> expiring",
    "<%= config.bin %> expiring --within 24h --json",
    "<%= config.bin %> expiring --ended",
  ];
  static override flags = {
    within: timeFlag("how far to look, such as 7d or 24h; 7d when left out", "DURATION"),
    ended: Flags.boolean({ description: "list what has ended instead" }),
    limit: MOST_ROWS,
    at: AT,
  };

  protected async answer({ flags, now, open }: CommandInput<typeof Expiring>): Promise<View> {
    const database = await open();
    const { within, ended } = flags;
    const limit = limitOf(flags, this.shell);
    if (ended) return endedView(await database.lists.ended(now, within && parseMoment(within, now, "back"), limit));
    return expiringView(await database.lists.expiring(now, parseMoment(within ?? "7d", now, "forward"), limit));
  }
}
