import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { limitOf, MOST_ROWS } from "../cli/flags/filter-flags.ts";
import { pathsArg } from "../cli/flags/shared-flags.ts";
import { PROPOSAL_FLAGS, proposalWriter } from "../cli/writing/proposals.ts";
import { unusedBy } from "../decisions/usage/unused.ts";
import { unusedView } from "../output/logs/unused.ts";
import type { View } from "../output/render.ts";
import { parseMoment } from "../policy/model/times.ts";

export default class Unused extends RbacCommand<typeof Unused> {
  static override summary = "List what no allowed decision of a log needed";
  static override description =
    "Grants, roles and assignments of the policy as it is that lie on no way to a yes, wildcards of which only some " +
    "permissions were used, and grants that are redundant. What a list or a filter alone uses looks unused. A " +
    "proposal needs a log of 90 days, else --propose and --plan are exit 1. It takes no yes of the log away: " +
    "--propose writes it as a document for seed --prune, --plan as a plan for apply.";
  static override examples = [
    "<%= config.bin %> unused decisions.ndjson --since 90d",
    "<%= config.bin %> unused decisions.ndjson --since 90d --propose narrower.yaml",
    "<%= config.bin %> unused decisions.ndjson --since 90d --plan narrower.plan.json",
  ];
  static override args = { log: pathsArg("logs of decisions, or - for standard input") };
  static override flags = { ...PROPOSAL_FLAGS, limit: MOST_ROWS };

  protected async answer({ args, flags, now, open, progress }: CommandInput<typeof Unused>): Promise<View> {
    const since = flags.since && parseMoment(flags.since, now, "back");
    const write = (path: string, text: Parameters<Unused["write"]>[1]) => this.write(path, text);
    const said = { command: ["unused", ...this.argv], osUser: this.shell.osUser(), now, write };
    const propose = proposalWriter(flags, said);
    const database = await open();
    const result = await unusedBy(database, args.log, { since, now, onProgress: await progress() });
    const { proposal, revision } = result;
    const files = proposal && (await propose(database, revision, proposal.policy));
    const isAsked = (flags.propose ?? flags.plan) !== undefined;
    return unusedView(result, { ...files, isAsked, limit: limitOf(flags, this.shell) });
  }
}
