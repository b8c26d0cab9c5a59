import { type Given, RbacCommand } from "../command.ts";
import { AT, ON, permissionArg } from "../options.ts";
import { whoCanView } from "../output/lists.ts";
import type { View } from "../output/view.ts";

export default class WhoCan extends RbacCommand<typeof WhoCan> {
  static override summary = "List everyone who may do something";
  static override description =
    "Anywhere, or on one scope, with the path that allows it. With :own: who may as the owner.";
  static override examples = [
    "<%= config.bin %> who-can posts:publish",
    "<%= config.bin %> who-can posts:publish --on acme",
    "<%= config.bin %> who-can posts:update:own --json",
  ];
  static override args = { permission: permissionArg("what they would do, resource:action") };
  static override flags = { on: ON, at: AT };

  protected async answer({ args, flags, now, open }: Given<typeof WhoCan>): Promise<View> {
    const database = await open();
    return whoCanView(args.permission, await database.whoCan(args.permission, now, flags.on));
  }
}
