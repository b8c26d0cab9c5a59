import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { listedAsker } from "../cli/flags/asker.ts";
import { limitOf, OF_PERMISSIONS } from "../cli/flags/filter-flags.ts";
import { givenFlag, nameArg, nameFlag, SESSION, wordFlag } from "../cli/flags/shared-flags.ts";
import { scopeHints, strangerNotices } from "../cli/name-notices.ts";
import type { View } from "../output/render.ts";
import { permissionsView } from "../output/views/access-lists.ts";

export default class Permissions extends RbacCommand<typeof Permissions> {
  static override summary = "List what a user, or a role, may do";
  static override description =
    "A row for each permission and widest scope, with the path that gives it. OWN is any, only (as the owner) or not " +
    "(unless the owner). A role is shown alone, without what everyone holds.";
  static override examples = [
    "<%= config.bin %> permissions alice --on acme --permission 'posts:*'",
    "<%= config.bin %> permissions --role editor --direct",
  ];
  static override args = { user: nameArg("who (left out with --role and --stranger)") };
  static override flags = {
    ...SESSION,
    given: givenFlag(),
    role: nameFlag("a role instead of a user", "ROLE", { exclusive: ["activate", "assume", "stranger"] }),
    resource: wordFlag("only what may be done to this resource, such as posts", "RESOURCE"),
    ...OF_PERMISSIONS,
    direct: Flags.boolean({ description: "only what the held roles grant themselves" }),
  };
  static override insteadOfArgs = ["role", "stranger"];

  protected async answer({ args, flags, now, open }: CommandInput<typeof Permissions>): Promise<View> {
    const { direct, on, resource, role, permission: patterns, match } = flags;
    const asker = await listedAsker(args.user, now, flags);
    const [database, filter] = [await open(), { patterns, match, limit: limitOf(flags, this.shell) }];
    const { known, ...answer } = await database.permissions({ ...asker, direct }, on, resource, filter);
    const asked = { user: asker.user, known };
    const hints = await scopeHints(database, on);
    if (role !== undefined) return permissionsView({ role }, answer, hints);
    return permissionsView(asked, answer, [...(await strangerNotices(database, [asked])), ...hints]);
  }
}
