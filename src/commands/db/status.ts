import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import type { View } from "../../output/render.ts";
import { statusView } from "../../output/views/database-reports.ts";

export default class DbStatus extends RbacCommand<typeof DbStatus> {
  static override summary = "Show the database itself: size, counts, settings, warnings";
  static override description = "Checks the pages too. audit verify checks what they say.";
  static override examples = ["<%= config.bin %> db status", "<%= config.bin %> db status --json"];

  protected async answer({ open }: CommandInput<typeof DbStatus>): Promise<View> {
    return statusView(await (await open()).status());
  }
}
