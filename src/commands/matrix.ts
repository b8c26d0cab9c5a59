import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { AT } from "../cli/flags.ts";
import type { View } from "../output/render.ts";
import { matrixView } from "../output/views/access-lists.ts";

export default class Matrix extends RbacCommand<typeof Matrix> {
  static override summary = "Show roles, or users, against permissions";
  static override description =
    "A cell joins any (everywhere), own (as the owner) and scoped (only somewhere) by +, with - behind where a " +
    "deny takes part of it away; or it is deny (nowhere, because denied) or – (not granted; empty in CSV). Roles are " +
    "shown alone, without what everyone holds.";
  static override examples = ["<%= config.bin %> matrix", "<%= config.bin %> matrix --users --format csv"];
  static override flags = { at: AT, users: Flags.boolean({ description: "users instead of roles" }) };

  protected async answer({ flags, now, open, progress }: CommandInput<typeof Matrix>): Promise<View> {
    const rows = flags.users ? "users" : "roles";
    const database = await open();
    (await progress())({ step: "reading the policy" });
    return matrixView(rows, await database.lists.matrix(rows, now));
  }
}
