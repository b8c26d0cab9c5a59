import { Flags } from "@oclif/core";
import { allowedNames, NEW_USER, nameArg, namesArg, ON, timeFlag, usersFlag } from "../cli/flags/shared-flags.ts";
import { subjectsOf } from "../cli/flags/subject.ts";
import { type CommandInput, WritingCommand } from "../cli/writing/writing-command.ts";
import type { View } from "../output/render.ts";
import { windowOf } from "../policy/model/times.ts";
import { assigning, inSequence } from "../policy/mutations.ts";

export default class Assign extends WritingCommand<typeof Assign> {
  static override summary = "Assign roles to a user, or to everyone";
  static override description =
    "Creates a user that is not there, and says so. Each user, role and scope has one assignment, stated in full: " +
    "a later --until extends it; shortening it or taking its end away needs --replace.";
  static override examples = [
    "<%= config.bin %> assign alice editor",
    "<%= config.bin %> assign bob auditor --on acme --for 8h --reason 'on call'",
    "<%= config.bin %> assign --user bob --user alice editor",
  ];
  static override args = { user: nameArg("who (left out with --user and --everyone)"), roles: namesArg("the roles") };
  static override flags = {
    on: ON,
    from: timeFlag("when it begins", "TIME"),
    until: timeFlag("when it ends", "TIME"),
    for: timeFlag("how long it lasts, such as 8h or 7d", "DURATION", { exclusive: ["until"] }),
    user: usersFlag("who, in place of USER (repeatable)", { exclusive: ["everyone"] }),
    everyone: Flags.boolean({ description: "every user", exclusive: ["on", "from", "until", "for"] }),
    replace: Flags.boolean({ description: "let the window be shortened, or lose its end" }),
    existing: Flags.boolean({ description: "refuse a user that does not exist" }),
    ...NEW_USER,
  };
  static override insteadOfUser = ["everyone", "user"];

  protected async answer({ args, flags, now }: CommandInput<typeof Assign>): Promise<View> {
    const { replace, existing, on: scope = null } = flags;
    const { allowComma, allowConfusable } = allowedNames(flags);
    const request = { scope, ...windowOf(flags, now), replace, existing, allowComma };
    const assignments = subjectsOf(args, flags).map((subject) => assigning({ ...subject, ...request }));
    return this.change(inSequence(assignments), { scope, allowConfusable, createsUsers: true });
  }
}
