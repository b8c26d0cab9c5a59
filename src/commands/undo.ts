import { revisionArg } from "../options.ts";
import type { View } from "../output/view.ts";
import { undoing } from "../policy/undo.ts";
import { type Given, WritingCommand } from "../writing.ts";

export default class Undo extends WritingCommand<typeof Undo> {
  static override summary = "Take a revision back";
  static override description =
    "Makes the opposite changes, recorded like any other. Refused, naming the row, where later changes stand on the revision.";
  static override examples = ["<%= config.bin %> undo 12", "<%= config.bin %> undo 12 --dry-run"];
  static override args = { revision: revisionArg("the number of the revision") };

  protected async answer({ args: { revision }, open }: Given<typeof Undo>): Promise<View> {
    const database = await open();
    const entries = await database.entries({ fromRevision: revision, toRevision: revision });
    return this.change(
      undoing(
        revision,
        entries.map((entry) => entry.change),
      ),
    );
  }
}
