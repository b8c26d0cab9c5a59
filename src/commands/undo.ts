import { timeFlag, wordArg } from "../cli/flags/shared-flags.ts";
import { confirmReturn, confirmSeveral } from "../cli/writing/confirmations.ts";
import { type CommandInput, WritingCommand } from "../cli/writing/writing-command.ts";
import { undoRevisions, undoTo } from "../database/undo.ts";
import type { View } from "../output/render.ts";
import { parseRevisions } from "../policy/edit/undo.ts";
import { parseAsked } from "../policy/model/times.ts";

export default class Undo extends WritingCommand<typeof Undo> {
  static override summary = "Take revisions back, or the whole policy to a moment";
  static override description =
    "Makes the opposite changes, recorded like any other. Refused where a later revision changed one of the rows, " +
    "even back again, naming it; 12..15 takes all back together. With --to everything since that moment is taken " +
    "back. More than one revision asks for confirmation.";
  static override examples = [
    "<%= config.bin %> undo 12",
    "<%= config.bin %> undo 12..15 --dry-run",
    "<%= config.bin %> undo --to 2026-11-20T18:00:00Z",
  ];
  static override args = { revision: wordArg("a revision, or several as A..B (left out with --to)") };
  static override flags = { to: timeFlag("the moment to return to: a time, -2h, or a revision @12", "TIME") };
  static override insteadOfArgs = ["to"];

  protected async answer({ args, flags, now, open, progress }: CommandInput<typeof Undo>): Promise<View> {
    const database = await open();
    (await progress())({ step: "reading the record" });
    if (flags.to !== undefined) {
      const { mutation, revision } = await undoTo(database, parseAsked(flags.to, now), now);
      return this.change(mutation, { allowConfusable: true, confirm: confirmReturn(revision) });
    }
    const { from, to } = parseRevisions(args.revision);
    const mutation = await undoRevisions(database, from, to);
    const confirm = from === to ? {} : { confirm: confirmSeveral(to - from + 1) };
    return this.change(mutation, { allowConfusable: true, ...confirm }); // Names that come back were accepted before.
  }
}
