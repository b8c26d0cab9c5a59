import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { AUDIT_KEY_FILE, optionalPathArg, wordFlag } from "../../cli/flags/shared-flags.ts";
import { readLines } from "../../files/lines.ts";
import { readKey } from "../../files/read-inputs.ts";
import type { View } from "../../output/render.ts";
import { verifyView } from "../../output/views/audit.ts";

export default class AuditVerify extends RbacCommand<typeof AuditVerify> {
  static override summary = "Verify the record, and the policy against it";
  static override description =
    "Checks the chain, the sequence, the tables against a full replay, the schema and the pages, and names every " +
    "fault. Only a head kept elsewhere (--expect) shows a record that was cut or rewritten whole. With FILE: an " +
    "exported record, without the database.";
  static override examples = [
    "<%= config.bin %> audit verify",
    '<%= config.bin %> audit verify --expect "$HEAD"',
    "<%= config.bin %> audit verify record.ndjson --audit-key-file audit.key",
  ];
  static override args = { file: optionalPathArg("an exported record, or - for standard input") };
  static override flags = {
    expect: wordFlag("an entry that must be there, as audit head printed it", "SEQ:HASH"),
    ...AUDIT_KEY_FILE,
  };

  protected async answer({ args, flags, open, progress }: CommandInput<typeof AuditVerify>): Promise<View> {
    const { expect, "audit-key-file": keyFile } = flags;
    const key = keyFile === undefined ? undefined : readKey(keyFile);
    const options = { key, expect, onProgress: await progress() };
    if (args.file !== undefined) {
      const { verifyExported } = await import("../../database/maintenance.ts");
      return verifyView(await verifyExported(readLines(args.file), options));
    }
    return verifyView(await (await open()).record.verify(options));
  }
}
