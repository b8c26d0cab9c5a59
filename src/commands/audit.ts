import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { byMatch, byPermission, byRole, byScope, byUser } from "../cli/flags/filter-flags.ts";
import { nameFlag, timeFlag, wordFlag } from "../cli/flags/shared-flags.ts";
import type { StreamedView } from "../output/render.ts";
import { auditParts } from "../output/views/audit.ts";
import { parseKind } from "../policy/model/change.ts";
import { parsePeriod } from "../policy/model/times.ts";

export default class Audit extends RbacCommand<typeof Audit> {
  static override summary = "List the record: every change, who made it, when and why";
  static override description =
    "Oldest first. A time is a date, an RFC 3339 time, a duration back from now such as 7d, or a revision such as @12.";
  static override examples = [
    "<%= config.bin %> audit --last 20",
    "<%= config.bin %> audit --user alice --since 7d",
    "<%= config.bin %> audit --by root --kind grant --json",
  ];
  static override flags = {
    by: nameFlag("changes by this actor", "NAME"),
    user: byUser("changes about this user"),
    role: byRole("changes about this role"),
    permission: byPermission("changes about a permission, or a pattern, that this one covers"),
    on: byScope("changes on this scope or below it"),
    match: byMatch("changes about a user, a role or a permission"),
    kind: wordFlag("changes of this kind, such as assignment or grant.add", "KIND"),
    since: timeFlag("from this moment on", "TIME"),
    until: timeFlag("up to this moment", "TIME"),
    last: Flags.integer({ description: "only the last so many", min: 1, max: Number.MAX_SAFE_INTEGER }),
  };

  protected async answer({ flags, now, open }: CommandInput<typeof Audit>): Promise<StreamedView> {
    const { by, user: users, role: roles, permission: patterns, on, match, kind, since, until, last } = flags;
    const period = parsePeriod(since, until, now);
    const database = await open();
    const about = { users, roles, patterns, on, match };
    const filter = { by, ...about, kind: kind && parseKind(kind), last, ...period };
    return { parts: auditParts(database.record.search(filter)) };
  }
}
