import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { AT, cataloguedArg } from "../../cli/flags/shared-flags.ts";
import { detailsOf } from "../../database/details.ts";
import type { View } from "../../output/render.ts";
import { recordView } from "../../output/views/entities.ts";
import { permissionOf } from "../../policy/evaluate/entity-details.ts";
import { patternsCovering } from "../../policy/model/names.ts";

export default class PermissionShow extends RbacCommand<typeof PermissionShow> {
  static override summary = "Show a permission with every grant that covers it";
  static override description = "CREATED and CHANGED say by whom and when: the permission itself, and not its grants.";
  static override examples = [
    "<%= config.bin %> permission show posts:publish",
    "<%= config.bin %> permission show posts:publish --json",
  ];
  static override args = { permission: cataloguedArg("the permission") };
  static override flags = { at: AT };

  protected async answer({ args: { permission }, open }: CommandInput<typeof PermissionShow>): Promise<View> {
    const database = await open();
    const needed = {
      permissions: [permission],
      roles: "all",
      grants: { patterns: patternsCovering(permission, true) },
    } as const;
    return recordView(
      await detailsOf(database, ["permission", permission], needed, (all) => permissionOf(all, permission)),
    );
  }
}
