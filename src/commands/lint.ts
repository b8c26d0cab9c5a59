import { optionalPathsArg } from "../cli/flags/shared-flags.ts";
import { FIX_FLAGS, FixingCommand } from "../cli/lint/fixing-command.ts";
import { LINT_FLAGS, type LintAsked, lintAnswer } from "../cli/lint/lint-answer.ts";
import { withLintReports } from "../cli/lint/lint-reports.ts";
import { placesOf } from "../cli/lint/places.ts";
import type { CommandInput } from "../cli/writing/writing-command.ts";
import { explainedView } from "../output/lint/explained.ts";
import type { View } from "../output/render.ts";
import { ruleNamed } from "../policy/lint/rule-ids.ts";

export default class Lint extends FixingCommand<typeof Lint> {
  static override summary = "Find what is wrong or wasteful in a policy";
  static override description =
    "Of documents, merged, or with --live of the database; documents beside --live say where its rows stand. Exit 1 " +
    "from a warning on. What is meant to stand is skipped in a document, with a reason, or goes into a baseline. " +
    "With --fix only what provably changes nobody's rights, of no session either, is taken out first.";
  static override examples = [
    "<%= config.bin %> lint policy/ --report sarif=rbac.sarif",
    "<%= config.bin %> lint policy.yaml --live --fail-on error",
    "<%= config.bin %> lint --explain unheld-role",
    "<%= config.bin %> lint policy.yaml --baseline lint.json --write-baseline",
    "<%= config.bin %> lint policy.yaml --fix --dry-run",
  ];
  static override args = { path: optionalPathsArg("files, folders, or -") };
  static override flags = { ...LINT_FLAGS, ...FIX_FLAGS };
  static override insteadOfArgs = ["explain"];

  protected async answer({ args, flags, now, open, progress }: CommandInput<typeof Lint>): Promise<View> {
    if (flags.explain !== undefined) return explainedView(ruleNamed(flags.explain));
    const onProgress = await progress();
    const write = (file: string, text: string) => this.write(file, text);
    const linted: LintAsked["linted"] = (what, known) => this.linted(what, flags, known);
    const asked = { paths: args.path, flags, now, open, onProgress, write, linted, dryRun: this.dryRun };
    const places = { ...placesOf(args.path, flags), folder: this.shell.folder() ?? "." };
    const how = { flags, ...places, version: this.config.version, print: (text: string) => this.print(text) };
    return withLintReports({ ...how, run: () => lintAnswer(asked) });
  }
}
