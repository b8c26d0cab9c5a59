import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { AUDIT_KEY_FILE, pathArg } from "../../cli/flags/shared-flags.ts";
import { readKey } from "../../files/read-inputs.ts";
import type { View } from "../../output/render.ts";
import { copiedView } from "../../output/views/database-reports.ts";

export default class DbCopy extends RbacCommand<typeof DbCopy> {
  static override summary = "Copy a database to a new place: between files and servers, either way";
  static override description =
    "Policy and record are carried over as they are, all of one moment, and verified before they appear; what is in " +
    "use may be copied, and what is there is never overwritten. Passwords of servers come from PGPASSFILE or " +
    "PGPASSWORD, never from the line.";
  static override examples = [
    "<%= config.bin %> db copy rbac.db postgres://rbac_owner@db.example.com/app",
    "<%= config.bin %> db copy postgres://rbac_reader@db.example.com/app rbac.db",
  ];
  static override args = { from: pathArg("a file, or the URL of a server"), to: pathArg("where to copy it to") };
  static override flags = AUDIT_KEY_FILE;

  protected async answer({ args, flags, progress }: CommandInput<typeof DbCopy>): Promise<View> {
    const file = flags["audit-key-file"];
    const key = file === undefined ? undefined : readKey(file);
    return copiedView(await (await this.upkeep()).copy(args.from, args.to, key, await progress()));
  }
}
