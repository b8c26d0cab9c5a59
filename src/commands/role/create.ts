import { ALLOW_CONFUSABLE, nameArg, patternsFlag, scopeFlag, textFlag } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { creatingRole } from "../../policy/mutations.ts";

export default class RoleCreate extends WritingCommand<typeof RoleCreate> {
  static override summary = "Create a role";
  static override description =
    "With --grant also what it grants. A role that is there already gets no new grants by this: exit 3.";
  static override examples = [
    "<%= config.bin %> role create editor --description 'Edits and publishes'",
    "<%= config.bin %> role create billing --grant 'invoices:*' --grant users:read --on acme",
  ];
  static override args = { role: nameArg("the new name") };
  static override flags = {
    description: textFlag("what it is for"),
    grant: patternsFlag("a permission or pattern that it grants, quoted (repeatable)"),
    on: scopeFlag("the scope of the grants; everywhere when left out", "SCOPE", { dependsOn: ["grant"] }),
    "allow-confusable": ALLOW_CONFUSABLE,
  };

  protected async answer({ args: { role }, flags }: CommandInput<typeof RoleCreate>): Promise<View> {
    const { description = null, grant: permissions = [], on: scope = null } = flags;
    const mutation = creatingRole({ role, description, permissions, scope });
    return this.change(mutation, { scope, allowConfusable: flags["allow-confusable"] });
  }
}
