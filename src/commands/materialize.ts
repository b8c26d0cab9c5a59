import { Flags } from "@oclif/core";
import { byPermission } from "../cli/flags/filter-flags.ts";
import { type CommandInput, WritingCommand } from "../cli/writing/writing-command.ts";
import { checkTables, dropTables } from "../materialize/check-tables.ts";
import { materialize } from "../materialize/materialize.ts";
import { checkedTablesView, droppedTablesView, materializedView } from "../materialize/view.ts";
import type { View } from "../output/render.ts";

export default class Materialize extends WritingCommand<typeof Materialize> {
  static override changesPolicy = false;
  static override summary = "Fill a table that applications in other languages JOIN";
  static override description =
    "Writes who may do what into effective_permissions, beside the policy: rows that a plain JOIN reads rightly. " +
    "What depends on attributes, or is denied in part, is left out, and counted in effective_permissions_omitted. " +
    "Readers see the old table or the new one, whole.";
  static override examples = [
    "<%= config.bin %> materialize --for 'documents:*' --for invoices:read",
    "<%= config.bin %> materialize --for 'documents:*' --check",
    "<%= config.bin %> materialize --drop",
  ];
  static override flags = {
    for: byPermission("permissions that this pattern covers"),
    "max-rows": Flags.integer({ description: "refuse to write more (10000000)", min: 1, max: 1e12, helpValue: "N" }),
    check: Flags.boolean({ description: "exit 1 where it is of another revision, or of other patterns" }),
    drop: Flags.boolean({ description: "remove the table", exclusive: ["for", "check"] }),
  };

  protected async answer({ flags, now: at, open, progress }: CommandInput<typeof Materialize>): Promise<View> {
    const { for: patterns, check, drop, "max-rows": maxRows } = flags;
    const { dryRun } = this;
    if (drop) return droppedTablesView(await dropTables(await open(), dryRun), dryRun);
    if (check) return checkedTablesView(await checkTables(await open(), patterns));
    const options = { patterns, at, maxRows, dryRun, onProgress: await progress() };
    return materializedView(await materialize(await open(), options), dryRun);
  }
}
