import { GRANT_FLAGS, nameArg, patternsArg } from "../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../cli/writing/writing-command.ts";
import type { View } from "../output/render.ts";
import { ungranting } from "../policy/mutations.ts";

export default class Ungrant extends WritingCommand<typeof Ungrant> {
  static override summary = "Take grants away from a role";
  static override description =
    "A grant is named by role, effect, pattern, scope, condition and what it leaves out: a deny is taken away with " +
    "--deny, a conditional grant with its --when and --but. Adding an allow never lifts a deny. Where there is no " +
    "such grant, but another one gives the right, it is refused, naming that one.";
  static override examples = [
    "<%= config.bin %> ungrant editor posts:publish",
    "<%= config.bin %> ungrant editor 'posts:*' --on acme",
    "<%= config.bin %> ungrant intern posts:delete --deny",
    "<%= config.bin %> ungrant reader posts:read --when resource.published",
  ];
  static override args = {
    role: nameArg("the role"),
    permissions: patternsArg("permissions or patterns, quoted: 'posts:*'"),
  };
  static override flags = GRANT_FLAGS;

  protected async answer({ args, flags }: CommandInput<typeof Ungrant>): Promise<View> {
    const effect = flags.deny ? "deny" : "allow";
    const { on: scope = null, when = null, but = [] } = flags;
    const mutation = ungranting({ ...args, effect, scope, when, but });
    return this.change(mutation, { notices: (changes) => this.nothingTaken(changes, scope) });
  }
}
