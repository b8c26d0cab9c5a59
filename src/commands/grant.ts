import { Flags } from "@oclif/core";
import { nameArg, ON, patternsArg } from "../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../cli/writing-command.ts";
import type { View } from "../output/render.ts";
import { granting } from "../policy/mutations.ts";

export default class Grant extends WritingCommand<typeof Grant> {
  static override summary = "Grant permissions to a role";
  static override description =
    "A pattern has * for a whole part, and may end in :own to count only for the owner. Quote it: unquoted, the " +
    "shell would put the name of a file there that matches. A deny beats every allow on its scope.";
  static override examples = [
    "<%= config.bin %> grant editor posts:publish",
    "<%= config.bin %> grant editor 'posts:*' --on acme",
    "<%= config.bin %> grant author posts:update:own",
    "<%= config.bin %> grant intern posts:delete --deny",
  ];
  static override args = {
    role: nameArg("the role"),
    permissions: patternsArg("permissions or patterns, quoted: 'posts:*'"),
  };
  static override flags = { on: ON, deny: Flags.boolean({ description: "a grant that denies" }) };

  protected async answer({ args, flags }: CommandInput<typeof Grant>): Promise<View> {
    const effect = flags.deny ? "deny" : "allow";
    const { on: scope = null } = flags;
    return this.change(granting({ ...args, effect, scope }), { scope });
  }
}
