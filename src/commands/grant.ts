import { GRANT_FLAGS, nameArg, patternsArg } from "../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../cli/writing/writing-command.ts";
import type { View } from "../output/render.ts";
import { granting } from "../policy/mutations.ts";

export default class Grant extends WritingCommand<typeof Grant> {
  static override summary = "Grant permissions to a role";
  static override description =
    "A pattern has * for a whole part, and may end in :own to count only for the owner. Quote it: unquoted, the " +
    "shell would put the name of a file there that matches. A deny beats every allow on its scope. With --when it " +
    "counts only on a condition (rbac help conditions); --but leaves patterns out of this grant, and of no other.";
  static override examples = [
    "<%= config.bin %> grant editor posts:publish",
    "<%= config.bin %> grant editor 'posts:*' --on acme",
    "<%= config.bin %> grant author posts:update:own",
    "<%= config.bin %> grant intern posts:delete --deny",
    "<%= config.bin %> grant reader posts:read --when resource.published",
    "<%= config.bin %> grant contributor '*' --but 'roles:*'",
  ];
  static override args = {
    role: nameArg("the role"),
    permissions: patternsArg("permissions or patterns, quoted: 'posts:*'"),
  };
  static override flags = GRANT_FLAGS;

  protected async answer({ args, flags }: CommandInput<typeof Grant>): Promise<View> {
    const effect = flags.deny ? "deny" : "allow";
    const { on: scope = null, when = null, but = [] } = flags;
    return this.change(granting({ ...args, effect, scope, when, but }), { scope });
  }
}
