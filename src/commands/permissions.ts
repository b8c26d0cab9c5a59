import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { nameArg, nameFlag, SESSION, wordFlag } from "../cli/flags.ts";
import { scopeHints, strangerNotices } from "../cli/name-notices.ts";
import type { View } from "../output/render.ts";
import { permissionsView } from "../output/views/access-lists.ts";
import { roleAlone } from "../policy/evaluate/matrix.ts";
import { askerOf } from "../policy/evaluate/walk.ts";

export default class Permissions extends RbacCommand<typeof Permissions> {
  static override summary = "List what a user, or a role, may do";
  static override description =
    "One row for each permission and widest scope, wildcards expanded, with the path that gives it. OWN is any, only " +
    "(as the owner) or not (unless the owner). A role is shown alone, without what everyone holds.";
  static override examples = [
    "<%= config.bin %> permissions alice",
    "<%= config.bin %> permissions alice --on acme",
    "<%= config.bin %> permissions alice --resource posts",
    "<%= config.bin %> permissions --role editor --direct",
  ];
  static override args = { user: nameArg("who (left out with --role and --stranger)") };
  static override flags = {
    ...SESSION,
    role: nameFlag("a role instead of a user", "ROLE", { exclusive: ["activate", "assume", "stranger"] }),
    resource: wordFlag("only what may be done to this resource, such as posts", "RESOURCE"),
    direct: Flags.boolean({ description: "only what the held roles grant themselves, without inheritance" }),
  };
  static override insteadOfArgs = ["role", "stranger"];

  protected async answer({ args, flags, now, open }: CommandInput<typeof Permissions>): Promise<View> {
    const { direct, on, resource, role, stranger } = flags;
    const asker = role === undefined ? askerOf(stranger ? null : args.user, now, flags) : roleAlone(role, now);
    const database = await open();
    const { known, ...answer } = await database.permissions({ ...asker, direct }, on, resource);
    const asked = { user: asker.user, known };
    const strangers = role === undefined ? await strangerNotices(database, [asked]) : [];
    const notices = [...strangers, ...(await scopeHints(database, on))];
    return permissionsView(role === undefined ? asked : { role }, answer, notices);
  }
}
