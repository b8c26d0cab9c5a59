import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { WRITE_FLAGS } from "../../cli/flags/shared-flags.ts";
import { settingRows, settingsHere } from "../../cli/settings-here.ts";
import { settingsView } from "../../contexts/settings-views.ts";
import type { View } from "../../output/render.ts";

export default class ConfigShow extends RbacCommand<typeof ConfigShow> {
  static override summary = "Show which database, actor and format count here, and why";
  static override description =
    "A flag goes before a variable, that before .rbac.yaml of this folder or of one above it, that before your own " +
    "~/.config/rbac/config.yaml. Files with faults are told of, and do not count. No password is shown.";
  static override examples = [
    "<%= config.bin %> config show --origin",
    "<%= config.bin %> config show --context prod --json",
  ];
  static override flags = {
    origin: Flags.boolean({ description: "where each is said: a flag, a variable, a line of a file" }),
    actor: WRITE_FLAGS.actor,
  };
  static readonly readsNoContext = true;
  readonly #typed = [...this.argv];

  protected async answer({ flags }: CommandInput<typeof ConfigShow>): Promise<View> {
    const here = await settingsHere(this.shell, this.#typed);
    return settingsView(settingRows(here, flags, this.#typed, this.shell), here.problems, flags.origin);
  }
}
