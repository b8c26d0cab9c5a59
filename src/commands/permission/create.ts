import { ALLOW_CONFUSABLE, actionsFlag, cataloguedArg, textFlag } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { parseCatalogued } from "../../policy/model/permissions.ts";
import { creating, inSequence } from "../../policy/mutations.ts";

export default class PermissionCreate extends WritingCommand<typeof PermissionCreate> {
  static override summary = "List a permission in the catalogue";
  static override description =
    "With --actions it is a resource, and each action on it is listed: posts:read and so on.";
  static override examples = [
    "<%= config.bin %> permission create posts:publish --description 'Publish any post'",
    "<%= config.bin %> permission create posts --actions read,create,update,delete",
  ];
  static override args = { permission: cataloguedArg("its name, best resource:action") };
  static override flags = {
    description: textFlag("what it allows"),
    actions: actionsFlag("what may be done to it, with commas between", { delimiter: ",", exclusive: ["description"] }),
    "allow-confusable": ALLOW_CONFUSABLE,
  };

  protected async answer({ args, flags }: CommandInput<typeof PermissionCreate>): Promise<View> {
    const { description = null, actions } = flags;
    const names = actions?.map((action) => parseCatalogued(`${args.permission}:${action}`)) ?? [args.permission];
    const mutation = inSequence(names.map((name) => creating("permission", name, { description })));
    return this.change(mutation, { allowConfusable: flags["allow-confusable"] });
  }
}
