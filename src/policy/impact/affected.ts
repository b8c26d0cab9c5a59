/** What changes may touch: roles, permissions and people, so that nothing else need be looked at (rule 37). */
import { allGrants, type PolicyIndex } from "../evaluate/policy-index.ts";
import { type Change, type ChangeOf, kindOf } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { patternsCovering } from "../model/names.ts";
import { closure, heirsIn } from "../model/role-graph.ts";

/** A policy before and after changes. */
export interface BothSides {
  readonly before: PolicyIndex;
  readonly after: PolicyIndex;
}

/** What the changes of structure may touch. */
export interface Affected {
  /** The roles whose holders may gain or lose. */
  readonly roles: ReadonlySet<string>;
  /** The permissions that they may gain or lose. */
  readonly permissions: ReadonlySet<string>;
  /** True where everybody holds one of the roles, before or after. */
  readonly everybody: boolean;
}

/** The permissions that a role gives or denies, with all that it inherits, before or after; each is asked once. */
export function reachOf({ before, after }: BothSides): (role: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  const within = (index: PolicyIndex, role: string): string[] => {
    const parents = (name: string) => (index.inherits.get(name) ?? []).map(({ inherits }) => inherits);
    const patterns = [...closure([role], parents)].flatMap((name) => [...(index.grants.get(name)?.keys() ?? [])]);
    return [...new Set(patterns)].flatMap((pattern) => index.covered(pattern));
  };
  return (role) => {
    const reached = known.get(role) ?? new Set([...within(before, role), ...within(after, role)]);
    known.set(role, reached);
    return reached;
  };
}

/** What changes of grants, inheritance, `everyone` and the catalogue may touch. */
export function affectedBy(
  sides: BothSides,
  changes: readonly Change[],
  reach: (role: string) => Iterable<string>,
): Affected {
  const { before, after } = sides;
  const starts = new Set<string>();
  const permissions = new Set<string>();
  let everybody = false;
  let granting: ((permission: string) => string[]) | undefined;
  const add = (names: Iterable<string>) => {
    for (const name of names) permissions.add(name);
  };
  for (const change of changes) {
    if (isOfGrant(change)) {
      starts.add(change.role);
      add([...before.covered(change.permission), ...after.covered(change.permission)]);
    } else if (change.kind === "inheritance.add" || change.kind === "inheritance.remove") {
      starts.add(change.role);
      add(reach(change.inherits));
    } else if (change.kind === "everyone.add" || change.kind === "everyone.remove") {
      everybody = true;
      add(reach(change.role));
    } else if (change.kind === "permission.add" || change.kind === "permission.remove") {
      add([change.permission]);
      granting ??= rolesGranting(sides);
      for (const role of granting(change.permission)) starts.add(role);
    }
  }
  const roles = new Set([...closure(starts, heirsIn(before.policy)), ...closure(starts, heirsIn(after.policy))]);
  const held = [...before.policy.everyone.keys(), ...after.policy.everyone.keys()];
  return { roles, permissions, everybody: everybody || held.some((role) => roles.has(role)) };
}

const isOfGrant = (change: Change): change is ChangeOf<"grant"> | ChangeOf<"conditional"> =>
  kindOf(change) === "grant" || kindOf(change) === "conditional";

/** Returns a function that lists the roles with a grant that covers a permission, before or after. */
function rolesGranting({ before, after }: BothSides): (permission: string) => string[] {
  const grants = grouped([...allGrants(before.policy), ...allGrants(after.policy)], (row) => row.permission);
  return (permission) =>
    patternsCovering(permission, true).flatMap((pattern) => (grants.get(pattern) ?? []).map(({ role }) => role));
}

/** The people whom changes may touch, by their names after; a user who is renamed is one of them. */
export function peopleTouched(
  { before, after }: BothSides,
  changes: readonly Change[],
  { roles, everybody }: Affected,
  nameBefore: (name: string) => string,
): Set<string> {
  const nameAfter = new Map([...after.policy.user.keys()].map((name) => [nameBefore(name), name]));
  const touched = new Set<string>();
  const add = (name: string) => touched.add(nameAfter.get(name) ?? name);
  for (const change of changes) if ("user" in change) add(change.user);
  for (const { policy } of [before, after]) {
    if (everybody) for (const name of policy.user.keys()) add(name);
    for (const { user, role } of policy.assignment.values()) if (roles.has(role)) add(user);
  }
  return touched;
}
