import { Flags } from "@oclif/core";
import { MAX_AGE } from "../cli/flags/plan-flags.ts";
import { pathArg, wordFlag } from "../cli/flags/shared-flags.ts";
import { ApplyingCommand } from "../cli/writing/applying-command.ts";
import type { CommandInput } from "../cli/writing/writing-command.ts";
import type { View } from "../output/render.ts";

export default class Apply extends ApplyingCommand<typeof Apply> {
  static override summary = "Apply a saved plan exactly as it was shown, or not at all";
  static override description =
    "Refused, with nothing changed, where one of its rows was changed since, where people would gain or lose " +
    "something else than was planned, and where a gate is crossed. What has nothing to do with it may change " +
    "meanwhile. Applied already is no error. Asks for confirmation. Only --expect binds: a file can be replaced.";
  static override examples = [
    "<%= config.bin %> apply plan.json",
    "<%= config.bin %> apply plan.json --expect $(cat approved-digest.txt) --yes",
    "<%= config.bin %> apply plan.json --exact --max-age 1h --dry-run",
  ];
  static override args = { file: pathArg("a saved plan") };
  static override flags = {
    expect: wordFlag("refuse any plan but that of this digest", "DIGEST"),
    exact: Flags.boolean({ description: "refuse if anything at all was changed since" }),
    "max-age": MAX_AGE,
  };

  protected answer({ args, flags }: CommandInput<typeof Apply>): Promise<View> {
    return this.apply(args.file, flags);
  }
}
