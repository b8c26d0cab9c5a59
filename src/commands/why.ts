import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { askerSaid } from "../cli/flags/asker.ts";
import { nameArg, permissionArg, QUESTION } from "../cli/flags/shared-flags.ts";
import { askedOf } from "../cli/flags/subject.ts";
import { answerNotices } from "../cli/name-notices.ts";
import { wrong } from "../errors.ts";
import type { View } from "../output/render.ts";
import { whyView } from "../output/views/why.ts";

export default class Why extends RbacCommand<typeof Why> {
  static override summary = "Explain a decision: each step, who made it so and when";
  static override description =
    "For a no it shows what was near (ended, not begun, on another scope, beaten by a deny, for the owner only, " +
    "disabled) and the smallest changes that would allow it. Exits 0 when it explained, whatever the answer.";
  static override examples = [
    "<%= config.bin %> why alice posts:publish",
    "<%= config.bin %> why bob posts:update --on acme --json",
  ];
  static override args = {
    user: nameArg("who asks (left out with --stranger)"),
    permission: permissionArg("what they would do, such as posts:read"),
  };
  static override flags = QUESTION;

  protected async answer({ args, flags, now, open }: CommandInput<typeof Why>): Promise<View> {
    const { owner = null, on: scope = null } = flags;
    const { who, asked } = askedOf("permission", args.user, args.permission ? [args.permission] : [], flags.stranger);
    const asker = await askerSaid(who, now, flags);
    const [permission = "", further] = asked;
    if (further !== undefined) throw wrong("USAGE", "--stranger takes no USER: leave one out");
    const database = await open();
    const explained = await database.why({ ...asker, permission, owner, scope });
    return whyView({ ...explained, notices: await answerNotices(database, scope, [explained.decision]) });
  }
}
