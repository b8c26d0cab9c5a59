import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { AT, nameFlag, scopeFlag, sessionFlags } from "../../cli/flags.ts";
import type { View } from "../../output/render.ts";
import { listView } from "../../output/views/entities.ts";
import { rolesOf } from "../../policy/evaluate/entity-details.ts";
import { indexPolicy } from "../../policy/evaluate/policy-index.ts";
import { rolesHeld } from "../../policy/evaluate/role-holders.ts";
import { askerOf } from "../../policy/evaluate/walk.ts";

export default class RoleList extends RbacCommand<typeof RoleList> {
  static override summary = "List roles";
  static override description =
    "--held-by keeps those that a user holds, as has answers: assigned, inherited or by everyone, somewhere or --on " +
    "a scope; with --activate those of a session.";
  static override examples = [
    "<%= config.bin %> role list",
    "<%= config.bin %> role list --json",
    "<%= config.bin %> role list --held-by alice --activate editor",
  ];
  static override flags = {
    "held-by": nameFlag("only those that this user holds, by inheritance too", "USER"),
    on: scopeFlag("where they are held (with --held-by)", "SCOPE", { dependsOn: ["held-by"] }),
    at: AT,
    ...sessionFlags({ dependsOn: ["held-by"] }),
  };

  protected async answer({ flags, now, open }: CommandInput<typeof RoleList>): Promise<View> {
    const { "held-by": user, on } = flags;
    const database = await open();
    const needed = { roles: "all", users: user === undefined ? [] : [user] } as const;
    const { revision, roles } = await database.answer(needed, (policy) => {
      const held = user === undefined ? undefined : rolesHeld(indexPolicy(policy), askerOf(user, now, flags), on);
      return { roles: rolesOf(policy).filter(({ role }) => held?.has(role) ?? true) };
    });
    return listView("roles", revision, roles);
  }
}
