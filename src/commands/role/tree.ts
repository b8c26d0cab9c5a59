import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { AT, optionalNameArg } from "../../cli/flags/shared-flags.ts";
import type { View } from "../../output/render.ts";
import { treeView } from "../../output/views/entities.ts";
import { hierarchyOf } from "../../policy/evaluate/entity-details.ts";

export default class RoleTree extends RbacCommand<typeof RoleTree> {
  static override summary = "Draw what roles inherit";
  static override examples = ["<%= config.bin %> role tree", "<%= config.bin %> role tree admin"];
  static override args = { role: optionalNameArg("where to begin; every role that no other inherits, when left out") };
  static override flags = { at: AT };

  protected async answer({ args, open }: CommandInput<typeof RoleTree>): Promise<View> {
    const database = await open();
    const needed = { roles: "all", grants: "none" } as const;
    const { revision, ...hierarchy } = await database.answer(needed, (policy) => hierarchyOf(policy, args.role));
    return treeView(revision, hierarchy);
  }
}
