import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { pathArg } from "../../cli/flags/shared-flags.ts";
import type { View } from "../../output/render.ts";
import { writtenFileView } from "../../output/views/database-reports.ts";

export default class DbBackup extends RbacCommand<typeof DbBackup> {
  static override summary = "Copy the database into a new file while it is in use";
  static override description =
    "The copy is whole, or is not there; readable by you alone. An existing file is never overwritten.";
  static override examples = ["<%= config.bin %> db backup before-release.db"];
  static override args = { file: pathArg("the new file") };

  protected async answer({ args: { file }, open, progress }: CommandInput<typeof DbBackup>): Promise<View> {
    await this.hearSignals();
    await (await open()).backUp(file, await progress());
    return writtenFileView(file);
  }
}
