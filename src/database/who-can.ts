/** Who may do something, page by page: first the roles that lead to the permission, then the users who hold them. */
import { type Extent, rolesReachingGrants } from "../policy/evaluate/effective-permissions.ts";
import { rowsForWhoCan } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import { type UserRow, whereStrangersCan, whoCan } from "../policy/evaluate/who-can.ts";
import type { AtRevision } from "../policy/model/results.ts";
import type { Scope } from "../policy/model/scopes.ts";
import type { PageSizes } from "../store/read/assignees.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";

/** A page of users; on each page is where strangers may, who hold what everyone holds. */
export type UserPage = AtRevision<{ everyone: readonly Extent[]; users: UserRow[] }>;

/** @throws UnknownName (exit 2). */
export async function* usersWhoCan(
  reading: TransactionReads,
  permission: string,
  { at, on, sizes }: { at: string; on: Scope | undefined; sizes: PageSizes | undefined },
): AsyncIterable<UserPage> {
  const session = { at, activate: [], assume: [] };
  const { revision } = reading;
  const structure = indexPolicy(await reading.load(rowsForWhoCan(permission)));
  const roles = rolesReachingGrants(structure);
  const everyone = whereStrangersCan(structure, permission, session, on);
  const everyoneReaches = [...structure.policy.everyone.keys()].some((role) => roles.has(role));
  for await (const page of reading.assignees({ roles: [...roles], everybody: everyoneReaches }, sizes))
    yield { revision, everyone, users: whoCan(structure, permission, session, on, page) };
}
