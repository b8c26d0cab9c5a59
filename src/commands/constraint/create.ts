import { ALLOW_CONFUSABLE, LIMIT, NEEDS, nameArg, namesArg, typeArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { constraining } from "../../policy/mutations.ts";

export default class ConstraintCreate extends WritingCommand<typeof ConstraintCreate> {
  static override summary = "Create a constraint";
  static override description =
    "KIND is ssd (of the roles fewer than the limit may be held), dsd (or activated in one session), max_users or " +
    "min_users (who hold the one role), or prerequisite (the roles need others). Refused where the policy breaks it " +
    "already, but for min_users.";
  static override examples = [
    "<%= config.bin %> constraint create four-eyes ssd cashier auditor --limit 2",
    "<%= config.bin %> constraint create last-admin min_users admin --limit 1",
    "<%= config.bin %> constraint create trained prerequisite operator --needs certified",
  ];
  static override args = {
    constraint: nameArg("the new name"),
    kind: typeArg("ssd, dsd, max_users, min_users or prerequisite"),
    roles: namesArg("the roles that it speaks of"),
  };
  static override flags = { limit: LIMIT, needs: NEEDS, "allow-confusable": ALLOW_CONFUSABLE };

  protected async answer({ args, flags }: CommandInput<typeof ConstraintCreate>): Promise<View> {
    const { constraint, kind, roles } = args;
    const mutation = constraining(constraint, kind, { roles, limit: flags.limit ?? null, needs: flags.needs ?? null });
    return this.change(mutation, { allowConfusable: flags["allow-confusable"] });
  }
}
