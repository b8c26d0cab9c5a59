import { Flags } from "@oclif/core";
import { ALLOW_CONFUSABLE, nameArg } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { cloningRole } from "../../policy/mutations.ts";

export default class RoleClone extends WritingCommand<typeof RoleClone> {
  static override summary = "Copy a role under another name";
  static override description =
    "Copies its description, grants and denies, with their scopes. Not copied: who holds it, the constraints that " +
    "name it (a notice lists them), and without --with-parents what it inherits.";
  static override examples = [
    "<%= config.bin %> role clone editor reviewer",
    "<%= config.bin %> role clone editor reviewer --with-parents --dry-run",
  ];
  static override args = { role: nameArg("the role to copy"), to: nameArg("the name of the copy") };
  static override flags = {
    "with-parents": Flags.boolean({ description: "let the copy inherit what the role inherits" }),
    "allow-confusable": ALLOW_CONFUSABLE,
  };

  protected async answer({ args, flags }: CommandInput<typeof RoleClone>): Promise<View> {
    const mutation = cloningRole({ ...args, withParents: flags["with-parents"] });
    return this.change(mutation, { allowConfusable: flags["allow-confusable"] });
  }
}
