import { wrong } from "../errors.ts";
import { timeFlag, wordArg } from "../options.ts";
import type { View } from "../output/view.ts";
import { parseAsked } from "../policy/times.ts";
import { parseRevisions, returningTo, undoing } from "../policy/undo.ts";
import { type Given, WritingCommand } from "../writing.ts";

export default class Undo extends WritingCommand<typeof Undo> {
  static override summary = "Take revisions back, or the whole policy to a moment";
  static override description =
    "Makes the opposite changes, recorded like any other. Refused, naming the row, where later changes stand on the revisions. With " +
    "--to everything since that moment is taken back. More than one revision asks for confirmation.";
  static override examples = [
    "<%= config.bin %> undo 12",
    "<%= config.bin %> undo 12..15 --dry-run",
    "<%= config.bin %> undo --to @12 --yes",
    "<%= config.bin %> undo --to 2026-11-20T18:00:00Z",
  ];
  static override args = { revisions: wordArg("a revision, or several as A..B (left out with --to)") };
  static override flags = { to: timeFlag("the moment to return to: a time, -2h, or a revision @12", "TIME") };
  static override insteadOfArgs = ["to"];

  protected async answer({ args, flags, now, open }: Given<typeof Undo>): Promise<View> {
    const database = await open();
    if (flags.to !== undefined) {
      if (args.revisions !== undefined) throw wrong("USAGE", "name revisions or --to a moment, not both");
      const { database: past } = await database.asOf(parseAsked(flags.to, now));
      const { policy, revision } = await past.policy({ users: "all", roles: "all", permissions: "all" });
      return this.change(returningTo(policy), { confirm: (changes) => confirmReturn(revision, changes.length) });
    }
    const { from, to } = parseRevisions(args.revisions);
    const entries = await database.record.entries({ fromRevision: from, toRevision: to });
    const wish = undoing(
      from,
      entries.map((entry) => entry.change),
      to,
    );
    return this.change(
      wish,
      from === to
        ? {}
        : { confirm: (changes) => `This takes back ${to - from + 1} revisions in ${changes.length} changes.` },
    );
  }
}

const confirmReturn = (revision: number, changes: number) =>
  changes === 0 ? undefined : `This returns to revision ${revision} in ${changes} changes.`;
