import { type Given, RbacCommand } from "../../command.ts";
import { AT, nameFlag, scopeFlag, sessionFlags } from "../../options.ts";
import { listView } from "../../output/records.ts";
import type { View } from "../../output/view.ts";
import { rolesOf } from "../../policy/describe.ts";
import { rolesHeld } from "../../policy/holding.ts";
import { lookupOf } from "../../policy/lookup.ts";
import { askerOf } from "../../policy/walk.ts";

export default class RoleList extends RbacCommand<typeof RoleList> {
  static override summary = "List roles";
  static override description =
    "--held-by keeps those that a user holds, as has answers: assigned, inherited or by everyone, somewhere or --on a scope; with " +
    "--activate those of a session.";
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

  protected async answer({ flags, now, open }: Given<typeof RoleList>): Promise<View> {
    const { "held-by": user, on } = flags;
    const database = await open();
    const { revision, policy } = await database.policy({ roles: "all", users: user === undefined ? [] : [user] });
    const held = user === undefined ? undefined : rolesHeld(lookupOf(policy), askerOf(user, now, flags), on);
    const roles = rolesOf(policy).filter(({ role }) => held?.has(role) ?? true);
    return listView("roles", revision, roles);
  }
}
