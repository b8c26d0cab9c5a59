import { RbacCommand } from "../../cli/base-command.ts";
import { contextRows, settingsHere } from "../../cli/settings-here.ts";
import { contextsView } from "../../contexts/settings-views.ts";
import type { View } from "../../output/render.ts";

export default class ConfigList extends RbacCommand<typeof ConfigList> {
  static override summary = "List the contexts of the settings files, and which is current";
  static override description =
    "Those of .rbac.yaml of this folder or of one above it, then your own. Of a context that both have, each setting " +
    "is the project's where it says one.";
  static override examples = ["<%= config.bin %> config list", "<%= config.bin %> config list --json"];
  static readonly readsNoContext = true;
  readonly #typed = [...this.argv];

  protected async answer(): Promise<View> {
    const here = await settingsHere(this.shell, this.#typed);
    return contextsView(contextRows(here), here.problems);
  }
}
