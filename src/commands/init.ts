import { RbacCommand } from "../cli/base-command.ts";
import { WRITE_FLAGS } from "../cli/flags/shared-flags.ts";
import type { View } from "../output/render.ts";
import { createdView } from "../output/views/changes.ts";

export default class Init extends RbacCommand<typeof Init> {
  static override summary = "Create an empty database";
  static override description = "Refuses to overwrite: what is there stays. Seeding creates a missing database too.";
  static override examples = ["<%= config.bin %> init", "<%= config.bin %> init --db team.db"];

  static override flags = { yes: WRITE_FLAGS.yes };

  protected override enter({ yes = false }): Promise<void> {
    return this.enterContext(yes);
  }

  protected async answer(): Promise<View> {
    const databases = await this.databases();
    await databases.create(this.url, this.now, async () => {});
    return createdView((await databases.at(this.url)).name);
  }
}
