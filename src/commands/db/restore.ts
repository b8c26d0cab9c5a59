import { pathArg } from "../../cli/flags/shared-flags.ts";
import { readOrigin } from "../../cli/writing/documents.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { restoredView } from "../../output/views/database-reports.ts";

export default class DbRestore extends WritingCommand<typeof DbRestore> {
  static override changesPolicy = false;
  static override summary = "Put a backup, a snapshot or an exported record in the place of the database";
  static override description =
    "It is made and verified beside the database first; then the old files are moved aside together. A backup and an " +
    "exported record keep the history, a snapshot begins a new one. What stands must allow it, and a person confirm.";
  static override examples = [
    "<%= config.bin %> db restore before-release.db --yes",
    "<%= config.bin %> db restore snapshot.yaml --db new.db",
  ];
  static override args = { from: pathArg("a backup, an exported record, or a snapshot") };

  protected async answer({ args: { from }, now, progress }: CommandInput<typeof DbRestore>): Promise<View> {
    const { confirmed, dryRun, url, breakGlass } = this;
    const { name: path, isThere } = await (await this.databases()).at(url);
    const onProgress = await progress();
    const origin = await readOrigin(from, onProgress);
    if (isThere && !confirmed && !dryRun) await this.confirm(`This replaces the database at ${path}.`);
    const notices = isThere ? await this.askedAs() : [];
    const options = { key: await this.auditKey(), dryRun, stamp: this.stamp(), breakGlass, onProgress };
    const restored = await (await this.upkeep()).restoreDatabase(url, now, origin, options);
    return restoredView({ path, dryRun, ...restored }, notices);
  }
}
