import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { AT, nameArg } from "../cli/flags/shared-flags.ts";
import type { View } from "../output/render.ts";
import { comparisonView } from "../output/views/comparison.ts";
import { roleAlone } from "../policy/evaluate/matrix.ts";
import { askerOf } from "../policy/evaluate/walk.ts";

export default class Compare extends RbacCommand<typeof Compare> {
  static override summary = "Compare what two users, or two roles, may do";
  static override description =
    "Lists what each may do and the other may not, cut to the scopes where they differ, and by which roles. Exit 0 " +
    "when they may do the same, 1 when not. A role is compared alone, without what everyone holds.";
  static override examples = [
    "<%= config.bin %> compare alice bob",
    "<%= config.bin %> compare --roles editor moderator",
    "<%= config.bin %> compare alice bob --at -30d --json",
  ];
  static override args = { a: nameArg("the one"), b: nameArg("the other") };
  static override flags = { roles: Flags.boolean({ description: "A and B are roles, not users" }), at: AT };

  protected async answer({ args: { a, b }, flags, now, open }: CommandInput<typeof Compare>): Promise<View> {
    const asker = (name: string) => (flags.roles ? roleAlone(name, now) : askerOf(name, now, {}));
    const database = await open();
    return comparisonView([a, b], await database.compare(asker(a), asker(b)));
  }
}
