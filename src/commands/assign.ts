import { Flags } from "@oclif/core";
import { ALLOW_CONFUSABLE, nameArg, namesArg, ON, timeFlag } from "../cli/flags.ts";
import { subjectOf } from "../cli/subject.ts";
import { type CommandInput, WritingCommand } from "../cli/writing-command.ts";
import type { View } from "../output/render.ts";
import { windowOf } from "../policy/model/times.ts";
import { assigning } from "../policy/mutations.ts";

export default class Assign extends WritingCommand<typeof Assign> {
  static override summary = "Assign roles to a user, or to everyone";
  static override description =
    "Creates a user that does not exist yet, and says so. One assignment holds for each user, role and scope: it is " +
    "stated in full, so assigning again with a later --until extends it; shortening it or taking its end away needs " +
    "--replace.";
  static override examples = [
    "<%= config.bin %> assign alice editor",
    "<%= config.bin %> assign bob auditor --on acme --for 8h --reason 'on call'",
    "<%= config.bin %> assign --everyone reader",
  ];
  static override args = { user: nameArg("who (left out with --everyone)"), roles: namesArg("the roles") };
  static override flags = {
    on: ON,
    from: timeFlag("when it begins", "TIME"),
    until: timeFlag("when it ends", "TIME"),
    for: timeFlag("how long it lasts, such as 8h or 7d", "DURATION", { exclusive: ["until"] }),
    everyone: Flags.boolean({ description: "every user", exclusive: ["on", "from", "until", "for"] }),
    replace: Flags.boolean({ description: "let the window be shortened, or lose its end" }),
    existing: Flags.boolean({ description: "refuse a user that does not exist" }),
    "allow-confusable": ALLOW_CONFUSABLE,
  };
  static override insteadOfUser = ["everyone"];

  protected async answer({ args, flags, now }: CommandInput<typeof Assign>): Promise<View> {
    const window = windowOf(flags, now);
    const { replace, existing, on: scope = null } = flags;
    const request = { ...subjectOf(args, flags.everyone), scope, ...window, replace, existing };
    const allowConfusable = flags["allow-confusable"];
    return this.change(assigning(request), { allowConfusable, notices: (changes) => this.newcomers(changes) });
  }
}
