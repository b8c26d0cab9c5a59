import { Flags } from "@oclif/core";
import { LISTED, nameArg, namesArg, ON, rolesFlag, usersFlag } from "../cli/flags/shared-flags.ts";
import { endedOf, subjectsOf } from "../cli/flags/subject.ts";
import { listedAssignments } from "../cli/writing/listed-assignments.ts";
import { type CommandInput, WritingCommand } from "../cli/writing/writing-command.ts";
import type { View } from "../output/render.ts";
import { inSequence, revoking, revokingEnded, revokingListed } from "../policy/mutations.ts";

export default class Revoke extends WritingCommand<typeof Revoke> {
  static override summary = "Revoke roles from a user, or from everyone";
  static override description =
    "Removes the assignment on exactly that scope. Where the role stays held another way (another scope, inherited, " +
    "everyone) nothing is changed and the way is named, exit 2. --file takes users, roles and scopes of a CSV file.";
  static override examples = [
    "<%= config.bin %> revoke bob auditor --on acme",
    "<%= config.bin %> revoke mallory admin --everywhere",
    "<%= config.bin %> revoke --file leavers.csv --reason 'project over'",
    "<%= config.bin %> revoke --ended --dry-run",
  ];
  static override args = { user: nameArg("who; a role with --user and --everyone"), roles: namesArg("the roles") };
  static override flags = {
    on: ON,
    everywhere: Flags.boolean({ description: "on every scope where it is assigned", exclusive: ["on"] }),
    user: usersFlag("from whom, in place of USER (repeatable)", { exclusive: ["everyone", "ended"] }),
    everyone: Flags.boolean({ description: "from everyone", exclusive: ["on", "everywhere"] }),
    file: LISTED,
    ended: Flags.boolean({ description: "what has ended", exclusive: ["on", "everywhere", "everyone"] }),
    role: rolesFlag("with --ended: only of this role (repeatable)", { dependsOn: ["ended"] }),
  };
  static override insteadOfUser = ["everyone", "user", "ended"];
  static override insteadOfArgs = ["file"];

  protected async answer({ args, flags, now }: CommandInput<typeof Revoke>): Promise<View> {
    const { ended, everywhere, file, on: scope = null } = flags;
    if (ended) return this.change(revokingEnded(endedOf(args, flags.role, now)));
    if (file !== undefined) return this.change(revokingListed(await listedAssignments(file)));
    const revocations = subjectsOf(args, flags).map((subject) => revoking({ ...subject, scope, everywhere }));
    return this.change(inSequence(revocations), { notices: (changes) => this.nothingTaken(changes, scope) });
  }
}
