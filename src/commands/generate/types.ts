import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { wordFlag } from "../../cli/flags/shared-flags.ts";
import { policyNamesOf, ROWS_WITH_NAMES } from "../../generate/policy-names.ts";
import { refuseOtherEnding, registerText } from "../../generate/register-text.ts";
import { typeFileView, typeTextView } from "../../generate/types-view.ts";
import type { View } from "../../output/render.ts";

export default class GenerateTypes extends RbacCommand<typeof GenerateTypes> {
  static override summary = "Write the policy's names as TypeScript: a misspelt one does not compile";
  static override description =
    "A program that has the file is held to these permissions, roles, resources and attributes in the calls of the " +
    "library. Equal names give equal bytes. --check writes nothing: exit 1 where the file is missing or another.";
  static override examples = [
    "<%= config.bin %> generate types --out src/rbac.gen.d.ts",
    "<%= config.bin %> generate types --out src/rbac.gen.d.ts --check",
    "<%= config.bin %> generate types --const --out src/rbac.gen.ts",
  ];
  static override flags = {
    out: wordFlag("write to this .d.ts file, readable by you alone, instead of standard output", "FILE"),
    check: Flags.boolean({ description: "only compare with the file of --out", dependsOn: ["out"] }),
    const: Flags.boolean({ description: "also the names as arrays, for use at run time: the file is then a .ts" }),
  };

  protected async answer({ flags, open }: CommandInput<typeof GenerateTypes>): Promise<View> {
    const { out: path, check = false, const: withConstants = false } = flags;
    if (path !== undefined) refuseOtherEnding(path, withConstants);
    const { names } = await (await open()).answer(ROWS_WITH_NAMES, (policy) => ({ names: policyNamesOf(policy) }));
    const text = registerText(names, { version: this.config.version, withConstants });
    if (path === undefined) return typeTextView(names, text);
    const { holdsText } = await import("../../files/holds-text.ts");
    const held = holdsText(path, text);
    if (!held && !check) await this.write(path, text);
    return typeFileView(names, { path, withConstants, isStale: !held, isThere: held !== undefined, check });
  }
}
