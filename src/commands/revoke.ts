import { Flags } from "@oclif/core";
import { nameArg, namesArg, ON, rolesFlag } from "../cli/flags.ts";
import { endedOf, subjectOf } from "../cli/subject.ts";
import { type CommandInput, WritingCommand } from "../cli/writing-command.ts";
import type { View } from "../output/render.ts";
import { revoking, revokingEnded } from "../policy/mutations.ts";

export default class Revoke extends WritingCommand<typeof Revoke> {
  static override summary = "Revoke roles from a user, or from everyone";
  static override description =
    "Removes the assignment on exactly that scope. Where the role stays held another way (another scope, inherited, " +
    "everyone) nothing is changed and the way is named, exit 2. --ended clears away what has ended: of all, of USER, " +
    "or of ROLES of USER.";
  static override examples = [
    "<%= config.bin %> revoke alice editor",
    "<%= config.bin %> revoke bob auditor --on acme",
    "<%= config.bin %> revoke mallory admin --everywhere",
    "<%= config.bin %> revoke --everyone reader",
    "<%= config.bin %> revoke --ended --dry-run",
  ];
  static override args = {
    user: nameArg("who (left out with --everyone; with --ended it may be)"),
    roles: namesArg("the roles"),
  };
  static override flags = {
    on: ON,
    everywhere: Flags.boolean({ description: "on every scope where it is assigned", exclusive: ["on"] }),
    everyone: Flags.boolean({ description: "from everyone", exclusive: ["on", "everywhere"] }),
    ended: Flags.boolean({ description: "what has ended", exclusive: ["on", "everywhere", "everyone"] }),
    role: rolesFlag("with --ended: only of this role (repeatable)", { dependsOn: ["ended"] }),
  };
  static override insteadOfUser = ["everyone", "ended"];

  protected async answer({ args, flags, now }: CommandInput<typeof Revoke>): Promise<View> {
    if (flags.ended) return this.change(revokingEnded(endedOf(args, flags.role, now)));
    const { everywhere, on: scope = null } = flags;
    const mutation = revoking({ ...subjectOf(args, flags.everyone), scope, everywhere });
    return this.change(mutation, { notices: (changes) => this.nothingTaken(changes, scope) });
  }
}
