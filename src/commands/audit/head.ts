import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import type { View } from "../../output/render.ts";
import { headView } from "../../output/views/audit.ts";

export default class AuditHead extends RbacCommand<typeof AuditHead> {
  static override summary = "Print the head of the record, to be kept elsewhere";
  static override description =
    "SEQ:HASH of the last entry. In a commit message or a CI variable it is what audit verify --expect needs.";
  static override examples = ["<%= config.bin %> audit head"];

  protected async answer({ open }: CommandInput<typeof AuditHead>): Promise<View> {
    return headView(await (await open()).record.head());
  }
}
