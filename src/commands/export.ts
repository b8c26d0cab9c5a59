import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { exportText } from "../cli/export-text.ts";
import { onlyFlag, partSaid } from "../cli/flags/only-flag.ts";
import { AT, wordFlag } from "../cli/flags/shared-flags.ts";
import { partHints } from "../cli/name-notices.ts";
import { formatNamed } from "../files/file-input.ts";
import type { RawText } from "../output/render.ts";
import { writtenDocument } from "../output/views/database-reports.ts";
import { EXPORTS } from "../output/views/document.ts";

export default class Export extends RbacCommand<typeof Export> {
  static override summary = "Write the policy as a document";
  static override description =
    "yaml, json and ndjson lose nothing: seeding them with --prune restores exactly this policy, and equal policies " +
    "give equal bytes. csv holds the assignments, markdown is a page to read.";
  static override examples = [
    "<%= config.bin %> export --out snapshot.json",
    "<%= config.bin %> export --only 'roles=billing-*' --out billing.yaml",
  ];
  static override flags = {
    format: Flags.option({ description: "how to write it; by the name of --out, else yaml", options: EXPORTS })(),
    only: onlyFlag("only this part, and the names that it needs"),
    at: AT,
    out: wordFlag("write to this file, readable by you alone, instead of standard output", "FILE"),
  };

  protected async answer({ flags, now, open, progress }: CommandInput<typeof Export>): Promise<RawText> {
    const [database, part] = [await open(), partSaid(flags.only)];
    const format = flags.json ? "json" : (flags.format ?? formatNamed(flags.out ?? "") ?? "yaml");
    const raw = await exportText(database, format, { part, now, onProgress: await progress() });
    const notices = await partHints(database, part);
    if (flags.out === undefined) return { raw, notices };
    await this.write(flags.out, raw);
    // For --format is of the file, and not of what is said about it.
    return writtenDocument(flags.out, flags.json, notices);
  }
}
