import { type Given, RbacCommand } from "../../command.ts";
import { writeFile } from "../../files/output.ts";
import { wordFlag } from "../../options.ts";
import { toJson } from "../../output/clean.ts";
import { copiedView } from "../../output/status.ts";
import type { Raw, View } from "../../output/view.ts";

export default class AuditExport extends RbacCommand<typeof AuditExport> {
  static override summary = "Write the whole record as NDJSON";
  static override description = "One entry a line, oldest first: all that audit verify FILE and db restore need.";
  static override examples = [
    "<%= config.bin %> audit export --out record.ndjson",
    "<%= config.bin %> audit export | gzip > record.gz",
  ];
  static override flags = { out: wordFlag("write to this file, readable by you alone", "FILE") };

  protected async answer({ flags: { out }, open }: Given<typeof AuditExport>): Promise<Raw | View> {
    const database = await open();
    const lines = linesOf(database.record.all());
    if (out === undefined) return { raw: lines };
    await writeFile(out, lines);
    return copiedView(out);
  }
}

async function* linesOf(entries: AsyncIterable<object>): AsyncIterable<string> {
  for await (const entry of entries) yield `${toJson(entry)}\n`;
}
