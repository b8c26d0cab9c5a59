import { RbacCommand } from "../command.ts";
import { changesView } from "../output/changes.ts";
import type { View } from "../output/view.ts";

export default class Init extends RbacCommand<typeof Init> {
  static override summary = "Create an empty database";
  static override description = "Refuses to overwrite: what is there stays. Seeding creates a missing database too.";
  static override examples = ["<%= config.bin %> init", "<%= config.bin %> init --db team.db"];

  protected async answer(): Promise<View> {
    await (await this.databases()).create(this.url, this.now, async () => {});
    return changesView({ changed: true, dryRun: false, revision: 0, changes: [] });
  }
}
