import { Flags } from "@oclif/core";
import { nameArg, namesArg, ON } from "../cli/flags.ts";
import { subjectOf } from "../cli/subject.ts";
import { type CommandInput, WritingCommand } from "../cli/writing-command.ts";
import type { View } from "../output/render.ts";
import { revoking } from "../policy/mutations.ts";

export default class Revoke extends WritingCommand<typeof Revoke> {
  static override summary = "Revoke roles from a user, or from everyone";
  static override description =
    "Removes the assignment on exactly that scope. Where the role stays held another way (another scope, inherited, " +
    "everyone) nothing is changed and the way is named, exit 2.";
  static override examples = [
    "<%= config.bin %> revoke alice editor",
    "<%= config.bin %> revoke bob auditor --on acme",
    "<%= config.bin %> revoke mallory admin --everywhere",
    "<%= config.bin %> revoke --everyone reader",
  ];
  static override args = { user: nameArg("who (left out with --everyone)"), roles: namesArg("the roles") };
  static override flags = {
    on: ON,
    everywhere: Flags.boolean({ description: "on every scope where it is assigned", exclusive: ["on"] }),
    everyone: Flags.boolean({ description: "from everyone", exclusive: ["on", "everywhere"] }),
  };
  static override insteadOfUser = ["everyone"];

  protected async answer({ args, flags }: CommandInput<typeof Revoke>): Promise<View> {
    const { everywhere, on: scope = null } = flags;
    return this.change(revoking({ ...subjectOf(args, flags.everyone), scope, everywhere }));
  }
}
