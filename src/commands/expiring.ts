import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { timeFlag } from "../cli/flags.ts";
import type { View } from "../output/render.ts";
import { expiringView } from "../output/views/history.ts";
import { parseMoment } from "../policy/model/times.ts";

export default class Expiring extends RbacCommand<typeof Expiring> {
  static override summary = "List what ends soon, and what its holders then lose";
  static override description =
    "Renew with assign and a later --until. LOSES is empty where the user holds the same another way.";
  static override examples = ["<%= config.bin %> expiring", "<%= config.bin %> expiring --within 24h --json"];
  static override flags = { within: timeFlag("how far to look, such as 7d or 24h; 7d when left out", "DURATION") };

  protected async answer({ flags, now, open }: CommandInput<typeof Expiring>): Promise<View> {
    const database = await open();
    return expiringView(await database.lists.expiring(now, parseMoment(flags.within ?? "7d", now, "forward")));
  }
}
