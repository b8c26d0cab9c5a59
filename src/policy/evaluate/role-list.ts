/** The list of roles, narrowed: by name, by who holds them, by what they permit. */
import type { NeededRows } from "../model/mutation.ts";
import type { Policy } from "../model/policy.ts";
import { covers, type Scope } from "../model/scopes.ts";
import { extents, holdsAt, pathsByPermission } from "./effective-permissions.ts";
import { type ListedRole, rolesOf } from "./entity-details.ts";
import { factsFor } from "./judged-paths.ts";
import { matching, permissionsKept, requireNames } from "./list-filters.ts";
import { roleAlone } from "./matrix.ts";
import { indexPolicy, type PolicyIndex } from "./policy-index.ts";
import { rolesHeld } from "./role-holders.ts";
import { type Asker, isOpen } from "./walk.ts";

/** Which roles are listed. */
export interface RoleFilter {
  /** The time of the list. */
  readonly at?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  /** Only those that are assigned to one of these users. */
  readonly users?: readonly string[] | undefined;
  /** Only those that somebody holds, by inheritance and by everyone too. */
  readonly heldBy?: Asker | undefined;
  /** Only those that permit something that one of these covers, by inheritance too. */
  readonly patterns?: readonly string[] | undefined;
  /** Only what is assigned, held or permitted on this scope. */
  readonly on?: Scope | undefined;
  readonly match?: string | undefined;
}

export const rowsForRoles = (filter: RoleFilter): NeededRows => ({
  roles: "all",
  users: [...(filter.users ?? []), ...(filter.heldBy?.user == null ? [] : [filter.heldBy.user])],
  ...(isAboutPermissions(filter) && { permissions: "all" }),
});

/** A scope alone asks what is permitted there. */
const isAboutPermissions = ({ patterns, on, users, heldBy }: RoleFilter): boolean =>
  patterns !== undefined || (on !== undefined && !users && !heldBy);

/** The roles, sorted, that a filter keeps. @throws UnknownName (exit 2). */
export function rolesKept(policy: Policy, filter: RoleFilter): ListedRole[] {
  const { roles, users, heldBy, patterns, on, match, at = "" } = filter;
  requireNames(policy, { users, roles });
  const index = indexPolicy({ ...policy, permission: permissionsKept(policy, { patterns }) });
  const held = heldBy && rolesHeld(index, heldBy, on);
  const assigned = users && assignedTo(policy, at, users, on);
  const isMatch = matching(match);
  return rolesOf(policy).filter(
    ({ role }) =>
      (roles?.includes(role) ?? true) &&
      (held?.has(role) ?? true) &&
      (assigned?.has(role) ?? true) &&
      isMatch(role) &&
      (!isAboutPermissions(filter) || permitsAny(index, roleAlone(role, at), on)),
  );
}

function assignedTo(policy: Policy, at: string, users: readonly string[], on: Scope | undefined): Set<string> {
  const rows = [...policy.assignment.values()].filter(
    (row) => users.includes(row.user) && isOpen(row, at) && (on === undefined || covers(row.scope, on)),
  );
  return new Set(rows.map(({ role }) => role));
}

/** True where somebody may do something of the catalogue, somewhere or on a scope. */
const permitsAny = (index: PolicyIndex, asker: Asker, on: Scope | undefined): boolean =>
  [...pathsByPermission(index, asker)].some(([permission, paths]) =>
    extents(paths, () => factsFor(index, asker, permission, true)).some(
      (extent) => on === undefined || holdsAt(extent, on),
    ),
  );
