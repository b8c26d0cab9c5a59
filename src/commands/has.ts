import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { nameArg, namesArg, SESSION, VERDICTS } from "../cli/flags/shared-flags.ts";
import { askedOf } from "../cli/flags/subject.ts";
import { answerNotices } from "../cli/name-notices.ts";
import type { View } from "../output/render.ts";
import { decisionView } from "../output/views/decision.ts";
import { askerOf } from "../policy/evaluate/walk.ts";

export default class Has extends RbacCommand<typeof Has> {
  static override summary = "Ask whether a user holds a role";
  static override description =
    "Counts inheritance, everyone, scope and time; a disabled user holds nothing. Exit codes as for can: 0 yes, 1 no.";
  static override examples = [
    "<%= config.bin %> has alice editor",
    "<%= config.bin %> has bob auditor --on acme",
    "<%= config.bin %> has carol admin moderator --any",
  ];
  static override args = { user: nameArg("who (left out with --stranger)"), roles: namesArg("the roles") };
  static override flags = { ...SESSION, ...VERDICTS };

  protected async answer({ args, flags, now, open }: CommandInput<typeof Has>): Promise<View> {
    const { on: scope = null, any, expect } = flags;
    const { who, asked } = askedOf("role", args.user, args.roles, flags.stranger);
    const asker = askerOf(who, now, flags);
    const database = await open();
    const answer = await database.has(asked.map((role) => ({ ...asker, role, scope })));
    return decisionView({ ...answer, any, expect, notices: await answerNotices(database, scope, answer.decisions) });
  }
}
