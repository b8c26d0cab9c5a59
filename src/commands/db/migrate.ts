import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { migratedView } from "../../output/views/database-reports.ts";

export default class DbMigrate extends WritingCommand<typeof DbMigrate> {
  static override changesPolicy = false;
  static override summary = "Bring an older database to the format of this version";
  static override description =
    "Forward only, and after a backup beside the database. A newer database is refused untouched.";
  static override examples = ["<%= config.bin %> db migrate", "<%= config.bin %> db migrate --dry-run"];

  protected async answer({ now, progress }: CommandInput<typeof DbMigrate>): Promise<View> {
    return migratedView(await (await this.upkeep()).migrate(this.url, now, this.dryRun, await progress()));
  }
}
