import { Flags } from "@oclif/core";
import { ALLOW_CONFUSABLE, countFlag, optionalPathsArg } from "../cli/flags.ts";
import { confirmRemovals, refuseTruncated } from "../cli/prune.ts";
import { seedingOf } from "../cli/seed-check.ts";
import { type CommandInput, WritingCommand } from "../cli/writing-command.ts";
import { readInputs } from "../files/read-inputs.ts";
import type { View } from "../output/render.ts";

export default class Seed extends WritingCommand<typeof Seed> {
  static override summary = "Bring the database to what documents say";
  static override description =
    "Reads YAML, JSON, NDJSON or CSV from files, folders or - and creates a missing database. Adds and updates; " +
    "--prune also removes what the documents leave out of the sections they contain. All of it is done, or nothing. " +
    "Without PATH: the starter policy, where the database is missing or empty.";
  static override examples = [
    "<%= config.bin %> seed",
    "<%= config.bin %> seed policy.yaml people.csv",
    "<%= config.bin %> seed snapshot.json --prune --max-removals 10 --yes",
  ];
  static override args = { path: optionalPathsArg("files, folders, or - for standard input") };
  static override flags = {
    prune: Flags.boolean({ description: "remove what the documents leave out of their sections" }),
    check: Flags.boolean({ description: "change nothing; exit 1 if anything would change" }),
    existing: Flags.boolean({ description: "refuse to create a missing database" }),
    "expect-revision": countFlag("refuse if the database is at another revision"),
    "max-removals": countFlag("refuse to remove more rows than this"),
    "allow-confusable": ALLOW_CONFUSABLE,
  };

  protected async answer({ args, flags, progress }: CommandInput<typeof Seed>): Promise<View> {
    const { prune, check, existing, "allow-confusable": allowConfusable } = flags;
    const onProgress = await progress();
    const inputs = refuseTruncated(await readInputs(args.path ?? [await this.starter(prune)], onProgress), prune);
    const expectRevision = args.path ? flags["expect-revision"] : 0; // The starter policy needs an empty database.
    const { mutation, ...told } = seedingOf(inputs, { prune, check, onProgress });
    const judge = prune ? { confirm: confirmRemovals(flags["max-removals"]) } : told;
    const how = { allowConfusable, expectRevision, check, fromDocuments: true, ...judge };
    return this.changeOrCreate(mutation, how, existing);
  }
}
