import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { AT_OR_SINCE, limitOf, OF_USERS } from "../cli/flags/filter-flags.ts";
import { givenSaid } from "../cli/flags/given-flag.ts";
import { givenFlag, permissionArg, scopeFlag } from "../cli/flags/shared-flags.ts";
import { scopeHint, scopeHints } from "../cli/name-notices.ts";
import type { StreamedView, View } from "../output/render.ts";
import { whoCanParts, whoCanView } from "../output/views/access-lists.ts";
import { parseEnd } from "../policy/model/times.ts";

export default class WhoCan extends RbacCommand<typeof WhoCan> {
  static override summary = "List everyone who may do something";
  static override description =
    "Anywhere, --on one scope, or at the root (--everywhere), with the path that allows it. With :own: as the owner. " +
    "With --since: who could at any moment from then on, up to now or --until.";
  static override examples = [
    "<%= config.bin %> who-can posts:publish --on acme --limit 20",
    "<%= config.bin %> who-can posts:update:own --json",
    "<%= config.bin %> who-can users:delete --since 2026-03-01 --until 2026-04-01",
  ];
  static override args = { permission: permissionArg("what they would do, such as posts:read") };
  static override flags = {
    on: scopeFlag("only who may on this scope, such as acme or acme/posts/42; anywhere when left out", "SCOPE"),
    everywhere: Flags.boolean({ description: "only who may at the root, which is everywhere", exclusive: ["on"] }),
    ...OF_USERS,
    ...AT_OR_SINCE,
    given: givenFlag({ exclusive: ["since"] }),
  };

  protected async answer({ args, flags, now, open }: CommandInput<typeof WhoCan>): Promise<View | StreamedView> {
    const { since, until = now, everywhere, user: users, role: roles, match } = flags;
    const [{ permission }, on, database] = [args, everywhere ? null : flags.on, await open()];
    const filter = { users, roles, match, limit: limitOf(flags, this.shell), given: await givenSaid(flags) };
    const pages = () => database.whoCanByPages(permission, now, on, filter);
    if (since === undefined) return { parts: whoCanParts(permission, pages(), await scopeHints(database, on)) };
    const asked = { since: parseEnd(since, now), until: parseEnd(until, now) };
    const { interval, unknownScope, ...answer } = await database.record.whoCouldBetween(permission, asked, on, filter);
    return whoCanView(permission, answer, { interval, hints: unknownScope ? [scopeHint(unknownScope, true)] : [] });
  }
}
