import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { wordFlag } from "../../cli/flags/shared-flags.ts";
import type { RawText, View } from "../../output/render.ts";
import { toJson } from "../../output/sanitize.ts";
import { writtenFileView } from "../../output/views/database-reports.ts";

export default class AuditExport extends RbacCommand<typeof AuditExport> {
  static override summary = "Write the whole record as NDJSON";
  static override description = "One entry a line, oldest first: all that audit verify FILE and db restore need.";
  static override examples = [
    "<%= config.bin %> audit export --out record.ndjson",
    "<%= config.bin %> audit export | gzip > record.gz",
  ];
  static override flags = { out: wordFlag("write to this file, readable by you alone", "FILE") };

  protected async answer({
    flags: { out },
    open,
    progress,
  }: CommandInput<typeof AuditExport>): Promise<RawText | View> {
    const database = await open();
    const lines = linesOf(database.record.all(await progress()));
    if (out === undefined) return { raw: lines };
    await this.write(out, lines);
    return writtenFileView(out);
  }
}

async function* linesOf(entries: AsyncIterable<object>): AsyncIterable<string> {
  for await (const entry of entries) yield `${toJson(entry)}\n`;
}
