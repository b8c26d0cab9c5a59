import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { chosenContext } from "../../cli/chosen-context.ts";
import { nameArg } from "../../cli/flags/shared-flags.ts";
import { chosenView } from "../../contexts/settings-views.ts";
import type { View } from "../../output/render.ts";

export default class ConfigUse extends RbacCommand<typeof ConfigUse> {
  static override summary = "Choose the context that counts where nothing else chooses one";
  static override description =
    "Writes it into your own settings file, whose comments stay. A context that a project's file, RBAC_CONTEXT or " +
    "--context chooses goes before it.";
  static override examples = ["<%= config.bin %> config use prod"];
  static override args = { context: nameArg("a context of a settings file") };
  static readonly readsNoContext = true;

  protected async answer({ args: { context } }: CommandInput<typeof ConfigUse>): Promise<View> {
    const { notices, ...chosen } = await chosenContext(this.shell, context);
    return chosenView(context, chosen, notices);
  }
}
