import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { AT, wordFlag } from "../cli/flags/shared-flags.ts";
import { formatNamed, MOST_KEYS } from "../files/file-input.ts";
import { LARGEST } from "../files/read-inputs.ts";
import type { RawText } from "../output/render.ts";
import { writtenDocument } from "../output/views/database-reports.ts";
import { EXPORTS, toDocument, toNdjson } from "../output/views/document.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";

export default class Export extends RbacCommand<typeof Export> {
  static override summary = "Write the policy as a document";
  static override description =
    "yaml, json and ndjson lose nothing: seeding them with --prune restores exactly this policy, and equal policies " +
    "give equal bytes. csv holds the assignments, markdown is a page to read.";
  static override examples = [
    "<%= config.bin %> export --out snapshot.json",
    "<%= config.bin %> export --format markdown --out policy.md",
  ];
  static override flags = {
    format: Flags.option({ description: "how to write it; by the name of --out, else yaml", options: EXPORTS })(),
    at: AT,
    out: wordFlag("write to this file, readable by you alone, instead of standard output", "FILE"),
  };

  protected async answer({ flags, now, open, progress }: CommandInput<typeof Export>): Promise<RawText> {
    const [database, onProgress] = [await open(), await progress()];
    const format = flags.json ? "json" : (flags.format ?? formatNamed(flags.out ?? "") ?? "yaml");
    const options = { keys: MOST_KEYS, bytes: LARGEST.yaml, matrix: () => database.lists.matrix("roles", now) };
    onProgress({ step: "reading the policy" });
    const whole = async () => (await database.policy(WHOLE_POLICY)).policy;
    const text =
      format === "ndjson" ? toNdjson(database.rows(onProgress)) : await toDocument(await whole(), format, options);
    if (flags.out === undefined) return { raw: text };
    await this.write(flags.out, text);
    return writtenDocument(flags.out, flags.json); // For --format is of the file, and not of what is said about it.
  }
}
