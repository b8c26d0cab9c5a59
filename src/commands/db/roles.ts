import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { wordFlag } from "../../cli/flags/shared-flags.ts";
import type { View } from "../../output/render.ts";
import { sqlView } from "../../output/views/database-reports.ts";

export default class DbRoles extends RbacCommand<typeof DbRoles> {
  static override summary = "Print the SQL of a server's roles: a reader, a writer and an owner of the policy";
  static override description =
    "The reader asks; the writer changes, and can add entries to the record but never change or delete them; the " +
    "owner makes, migrates and restores. The schema is the one that the URL of the database names. Nothing is run: " +
    "an administrator of the server does that.";
  static override examples = ["<%= config.bin %> db roles | psql app", "<%= config.bin %> db roles --prefix billing"];
  static override flags = { prefix: wordFlag("what the names of the roles begin with (rbac)", "NAME") };

  protected async answer({ flags }: CommandInput<typeof DbRoles>): Promise<View> {
    return sqlView(await (await this.upkeep()).rolesSql(this.url, flags.prefix ?? "rbac"));
  }
}
