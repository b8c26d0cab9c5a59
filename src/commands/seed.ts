import { Flags } from "@oclif/core";
import { EXAMPLE, exampleFile } from "../cli/flags/examples.ts";
import { onlyFlag } from "../cli/flags/only-flag.ts";
import { ALLOW_CONFUSABLE, countFlag, optionalPathsArg } from "../cli/flags/shared-flags.ts";
import { seedingOf } from "../cli/writing/seed-check.ts";
import { type CommandInput, WritingCommand } from "../cli/writing/writing-command.ts";
import { readInputs } from "../files/read-inputs.ts";
import type { View } from "../output/render.ts";

export default class Seed extends WritingCommand<typeof Seed> {
  static override summary = "Bring the database to what documents say";
  static override description =
    "Adds and updates by YAML, JSON, NDJSON or CSV, all or nothing; makes a missing database. No PATH: the starter.";
  static override examples = [
    "<%= config.bin %> seed policy.yaml people.csv",
    "<%= config.bin %> seed --example company",
    "<%= config.bin %> seed snapshot.json --prune --max-removals 10 --yes",
  ];
  static override args = { path: optionalPathsArg("files, folders, or - for standard input") };
  static override flags = {
    example: EXAMPLE,
    only: onlyFlag("refuse what lies outside of this part, and prune no further"),
    prune: Flags.boolean({ description: "also remove what the documents leave out of their sections" }),
    check: Flags.boolean({ description: "change nothing; exit 1 if anything would change" }),
    existing: Flags.boolean({ description: "refuse to create a missing database" }),
    "expect-revision": countFlag("refuse if the database is at another revision"),
    "max-removals": countFlag("refuse to remove more rows than this"),
    "allow-confusable": ALLOW_CONFUSABLE,
  };
  static override insteadOfArgs = ["example"];

  protected async answer({ args, flags, progress }: CommandInput<typeof Seed>): Promise<View> {
    const { prune, existing, example, "allow-confusable": allowConfusable } = flags;
    const [paths, onProgress] = [example ? [exampleFile(this.config.root, example)] : args.path, await progress()];
    const inputs = await readInputs(paths ?? [await this.starter(prune)], onProgress);
    const expectRevision = paths ? flags["expect-revision"] : 0; // The starter policy needs an empty database.
    const { mutation, ...judge } = seedingOf(inputs, flags, onProgress);
    return this.changeOrCreate(mutation, { allowConfusable, expectRevision, ...judge }, existing);
  }
}
