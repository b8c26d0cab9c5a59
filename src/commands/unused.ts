import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { proposalFormat, proposalText } from "../cli/export-text.ts";
import { limitOf, MOST_ROWS } from "../cli/flags/filter-flags.ts";
import { pathsArg, timeFlag, wordFlag } from "../cli/flags/shared-flags.ts";
import { unusedBy } from "../decisions/usage/unused.ts";
import { unusedView } from "../output/logs/unused.ts";
import type { View } from "../output/render.ts";
import { parseMoment } from "../policy/model/times.ts";

export default class Unused extends RbacCommand<typeof Unused> {
  static override summary = "List what no allowed decision of a log needed";
  static override description =
    "Grants, roles and assignments of the policy as it is that lie on no way to a yes, wildcards of which only some " +
    "permissions were used, and grants that are redundant. What a list or a filter alone uses looks unused. A " +
    "proposal needs a log of 90 days, else --propose is exit 1. It is for seed --prune, and takes no yes away.";
  static override examples = [
    "<%= config.bin %> unused decisions.ndjson --since 90d",
    "<%= config.bin %> unused decisions.ndjson --since 90d --propose narrower.yaml",
  ];
  static override args = { log: pathsArg("logs of decisions, or - for standard input") };
  static override flags = {
    since: timeFlag("leave out what was asked before, such as 90d; the whole log when left out", "TIME"),
    propose: wordFlag("write the policy without what nobody used to this file, if the log is long enough", "FILE"),
    limit: MOST_ROWS,
  };

  protected async answer({ args, flags, now, open, progress }: CommandInput<typeof Unused>): Promise<View> {
    const since = flags.since && parseMoment(flags.since, now, "back");
    const format = flags.propose === undefined ? undefined : proposalFormat(flags.propose);
    const result = await unusedBy(await open(), args.log, { since, now, onProgress: await progress() });
    const proposed = result.proposal && format ? flags.propose : undefined;
    if (result.proposal && format && proposed)
      await this.write(proposed, await proposalText(result.proposal.policy, format));
    const how = { proposed, isAsked: format !== undefined, limit: limitOf(flags, this.shell) };
    return unusedView(result, how);
  }
}
