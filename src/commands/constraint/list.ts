import { type Given, RbacCommand } from "../../command.ts";
import { listView } from "../../output/records.ts";
import type { View } from "../../output/view.ts";
import { constraintsOf } from "../../policy/describe.ts";

export default class ConstraintList extends RbacCommand<typeof ConstraintList> {
  static override summary = "List constraints";
  static override examples = ["<%= config.bin %> constraint list", "<%= config.bin %> constraint list --json"];

  protected async answer({ open }: Given<typeof ConstraintList>): Promise<View> {
    const { revision, policy } = await (await open()).policy({ constraints: true, grants: "none" });
    return listView("constraints", revision, constraintsOf(policy));
  }
}
