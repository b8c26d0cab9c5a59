import { type Given, RbacCommand } from "../../command.ts";
import { wordFlag } from "../../options.ts";
import { listView } from "../../output/records.ts";
import type { View } from "../../output/view.ts";
import { parseType } from "../../policy/constraint.ts";
import { constraintsOf } from "../../policy/describe.ts";

export default class ConstraintList extends RbacCommand<typeof ConstraintList> {
  static override summary = "List constraints";
  static override examples = [
    "<%= config.bin %> constraint list",
    "<%= config.bin %> constraint list --kind ssd --json",
  ];
  static override flags = { kind: wordFlag("only those of this kind, such as ssd", "KIND") };

  protected async answer({ flags, open }: Given<typeof ConstraintList>): Promise<View> {
    const only = flags.kind === undefined ? undefined : parseType(flags.kind);
    const { revision, policy } = await (await open()).policy({ constraints: true, grants: "none" });
    return listView("constraints", revision, constraintsOf(policy, only));
  }
}
