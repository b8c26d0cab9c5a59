import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { AT, wordFlag } from "../../cli/flags/shared-flags.ts";
import type { View } from "../../output/render.ts";
import { listView } from "../../output/views/entities.ts";
import { constraintsOf } from "../../policy/evaluate/entity-details.ts";
import { parseType } from "../../policy/model/constraint.ts";

export default class ConstraintList extends RbacCommand<typeof ConstraintList> {
  static override summary = "List constraints";
  static override examples = [
    "<%= config.bin %> constraint list",
    "<%= config.bin %> constraint list --kind ssd --json",
  ];
  static override flags = { kind: wordFlag("only those of this kind, such as ssd", "KIND"), at: AT };

  protected async answer({ flags, open }: CommandInput<typeof ConstraintList>): Promise<View> {
    const kind = flags.kind === undefined ? undefined : parseType(flags.kind);
    const { revision, policy } = await (await open()).policy({ constraints: true, grants: "none" });
    return listView("constraints", { revision }, constraintsOf(policy, kind));
  }
}
