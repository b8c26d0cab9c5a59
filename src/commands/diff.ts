import { IMPACT_FLAGS } from "../cli/flags/plan-flags.ts";
import { optionalPathArg, pathArg } from "../cli/flags/shared-flags.ts";
import { type CommandInput, DifferingCommand } from "../cli/writing/differing-command.ts";
import type { View } from "../output/render.ts";

export default class Diff extends DifferingCommand<typeof Diff> {
  static override summary = "Compare two documents, moments, or databases";
  static override description =
    "The changes that turn A into B; B left out is the database. @12 is a revision, @2026-03-01 or @-7d a time, @now " +
    "the present. A document with a part is compared in it. Exit 0 when they are equal, 1 when not. With --impact, " +
    "who gains and who loses what from A to B: exit 0 when nobody does, now or later, 1 when somebody does.";
  static override examples = [
    "<%= config.bin %> diff old.yaml new.yaml",
    "<%= config.bin %> diff snapshot.json",
    "<%= config.bin %> diff @12 @15",
    "<%= config.bin %> diff --impact @-7d",
    "<%= config.bin %> diff --impact staging.db production.db",
  ];
  static override args = {
    a: pathArg("a file, a folder, -, a database (its file, or postgres://HOST/DATABASE), or @MOMENT"),
    b: optionalPathArg("the same; @now when left out"),
  };
  static override flags = IMPACT_FLAGS;

  protected answer({ args: { a, b = "@now" }, flags, now }: CommandInput<typeof Diff>): Promise<View> {
    return this.compare(a, b, flags, now);
  }
}
