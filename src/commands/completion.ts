import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { wordArg } from "../cli/flags/shared-flags.ts";
import { SCRIPTS, SHELLS } from "../completion/scripts.ts";
import { wrong } from "../errors.ts";
import type { RawText } from "../output/render.ts";
import { quote } from "../policy/model/names.ts";

export default class Completion extends RbacCommand<typeof Completion> {
  static override summary = "Print the script that completes commands and names in a shell";
  static override description =
    "It completes commands, flags and their values, and the names that the database has: that of --db or RBAC_DB on " +
    "the line, else of RBAC_DB, else of the context, else ./rbac.db. The examples put it where the shell finds it.";
  static override examples = [
    "<%= config.bin %> completion bash > ~/.local/share/bash-completion/completions/rbac",
    "<%= config.bin %> completion zsh > ~/.zfunc/_rbac",
    "<%= config.bin %> completion fish > ~/.config/fish/completions/rbac.fish",
  ];
  static readonly readsNoContext = true;
  static override args = { shell: wordArg(SHELLS.join(", ")) };

  protected async answer({ args }: CommandInput<typeof Completion>): Promise<RawText> {
    const shell = SHELLS.find((name) => name === args.shell);
    if (!shell)
      throw wrong(
        "VALUE_INVALID",
        `there is no completion for ${quote(args.shell)}; there is for ${SHELLS.join(", ")}`,
      );
    return { raw: SCRIPTS[shell] };
  }
}
