import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { limitOf, MOST_ROWS } from "../cli/flags/filter-flags.ts";
import { pathsArg, wordFlag } from "../cli/flags/shared-flags.ts";
import { proposalOf } from "../cli/writing/documents.ts";
import { compareLogs } from "../decisions/review/against.ts";
import { replayLogs } from "../decisions/review/replay.ts";
import { comparedView, replayView } from "../output/logs/replay.ts";
import type { View } from "../output/render.ts";

export default class Replay extends RbacCommand<typeof Replay> {
  static override summary = "Ask the decisions of a log again, or under a proposal";
  static override description =
    "Each line is asked at its revision: exit 0 when all agree, 1 when not. With --against, the policy as it is and " +
    "as it would be after seed --prune of the document are asked, and it is told who would gain and who lose: exit 0 " +
    "when no answer of the log changes, 1 when one does. What cannot be asked again is counted. Lines of another " +
    "database are exit 2.";
  static override examples = [
    "<%= config.bin %> replay decisions.ndjson",
    "<%= config.bin %> replay decisions.ndjson --against policy.yaml",
    "<%= config.bin %> replay old.ndjson decisions.ndjson --json",
  ];
  static override args = { log: pathsArg("logs of decisions, or - for standard input") };
  static override flags = {
    against: wordFlag("a document: what it would change of these decisions", "FILE"),
    limit: MOST_ROWS,
  };

  protected async answer({ args, flags, now, open, progress }: CommandInput<typeof Replay>): Promise<View> {
    const [limit, onProgress, database] = [limitOf(flags, this.shell), await progress(), await open()];
    if (flags.against === undefined) return replayView(await replayLogs(database, args.log, { limit, onProgress }));
    const proposal = await proposalOf(flags.against, args.log, onProgress);
    return comparedView(await compareLogs(database, args.log, proposal, now, onProgress), limit);
  }
}
