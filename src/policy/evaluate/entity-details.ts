/** Users, roles, permissions and constraints as `list` and `show` print them, each with its related rows. */
import { UnknownName } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { type AnyGrant, type Assignment, isConditional, leavesOut, type Policy } from "../model/policy.ts";
import { closure } from "../model/role-graph.ts";
import type { ConstraintType } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import { allGrants } from "./policy-index.ts";
import { isOpen, stateAt, type WindowState } from "./walk.ts";

/** Which assignments a list has: those open at a time or, with `all`, also those that have ended or not begun. */
export interface ListedWindows {
  readonly at: string;
  readonly all: boolean;
}

/** Where and when an assignment holds. */
export interface HeldWindow {
  readonly scope: Scope;
  readonly from: string | null;
  readonly until: string | null;
  /** The revision that wrote it. */
  readonly revision: number;
  /** In a list of all: what its window is at the time of the list. */
  readonly state?: WindowState;
}

/** A user in a list, with the assignments. */
export interface ListedUser {
  readonly user: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly disabled: boolean;
  /** The roles that are assigned and open, on whatever scopes. */
  readonly roles: readonly string[];
  readonly assignments: readonly ({ readonly role: string } & HeldWindow)[];
}

/** A role in a list. */
export interface ListedRole {
  readonly role: string;
  readonly description: string | null;
  readonly inherits: readonly string[];
  /** The number of its own grants, allows and denies. */
  readonly grants: number;
  /** True if everyone holds it. */
  readonly everyone: boolean;
}

/** A permission of the catalogue. */
export interface ListedPermission {
  readonly permission: string;
  readonly description: string | null;
}

/** The assignments that a list has, of some. */
const listedOf = <T extends Pick<HeldWindow, "from" | "until">>(rows: Iterable<T>, { at, all }: ListedWindows): T[] =>
  [...rows].filter((row) => all || isOpen(row, at));

/** Where and when an assignment holds, with its state in a list of all. */
export const windowShown = (
  { scope, from, until, revision }: Omit<HeldWindow, "state">,
  { at, all }: ListedWindows,
): HeldWindow => ({ scope, from, until, revision, ...(all && { state: stateAt({ from, until }, at) }) });

/**
 * The users, sorted, with what is assigned to them.
 * @param assignedRole only users with an assignment of this role that the list has. @throws UnknownName (exit 2).
 */
export function usersOf(policy: Policy, windows: ListedWindows, assignedRole?: string): ListedUser[] {
  if (assignedRole !== undefined && !policy.role.has(assignedRole)) throw new UnknownName("role", assignedRole);
  const rowsByUser = grouped(listedOf(policy.assignment.values(), windows), (row) => row.user);
  const users = [...policy.user.values()].sort(by((row) => row.user));
  return users.flatMap(({ user, email, name, disabled }) => {
    const rows = rowsByUser.get(user) ?? [];
    if (assignedRole !== undefined && !rows.some((row) => row.role === assignedRole)) return [];
    const open = windows.all ? rows.filter((row) => isOpen(row, windows.at)) : rows;
    const roles = [...new Set(open.map((row) => row.role))].sort(byBytes);
    return [{ user, email, name, disabled, roles, assignments: assignmentsShown(rows, windows) }];
  });
}

const assignmentsShown = (rows: readonly Assignment[], windows: ListedWindows) =>
  [...rows].sort(by(roleAndScope)).map((row) => ({ role: row.role, ...windowShown(row, windows) }));
const roleAndScope = (row: Assignment): string => `${row.role}\0${row.scope ?? ""}`;

/** A user with the assignments. @throws UnknownName (exit 2). */
export function userOf(policy: Policy, user: string, windows: ListedWindows) {
  const row = policy.user.get(user);
  if (!row) throw new UnknownName("user", user);
  const own = [...policy.assignment.values()].filter((assignment) => assignment.user === user);
  const assignments = assignmentsShown(listedOf(own, windows), windows);
  const { email, name, disabled } = row;
  return { user, email, name, disabled, assignments, everyone: [...policy.everyone.keys()].sort(byBytes) };
}

/** The roles, sorted, each with its parents and the number of its own grants. */
export function rolesOf(policy: Policy): ListedRole[] {
  const inherits = grouped(policy.inheritance.values(), (edge) => edge.role);
  const grants = grouped(allGrants(policy), (grant) => grant.role);
  return [...policy.role.values()].sort(by((row) => row.role)).map(({ role, description }) => ({
    role,
    description,
    inherits: (inherits.get(role) ?? []).map((edge) => edge.inherits).sort(byBytes),
    grants: grants.get(role)?.length ?? 0,
    everyone: policy.everyone.has(role),
  }));
}

/** Plain before conditional. Names hold no control characters. */
const grantOrder = (grant: AnyGrant): string =>
  [grant.permission, grant.scope ?? "", grant.effect, ...(isConditional(grant) ? [grant.digest] : [])].join("\0");

/** What a grant says; a conditional one also what it leaves out, and its condition. */
function grantShown(grant: AnyGrant) {
  const { permission, scope, revision } = grant;
  return { permission, scope, ...(isConditional(grant) && { but: grant.but, when: grant.when }), revision };
}

/** A role with its grants, its parents and heirs, and to whom it is assigned. @throws UnknownName (exit 2). */
export function roleOf(policy: Policy, role: string, windows: ListedWindows) {
  const row = policy.role.get(role);
  if (!row) throw new UnknownName("role", role);
  const edges = [...policy.inheritance.values()];
  const grants = [...allGrants(policy)]
    .filter((grant) => grant.role === role)
    .sort(by(grantOrder))
    .map((grant) => ({ effect: grant.effect, ...grantShown(grant) }));
  const assigned = [...policy.assignment.values()].filter((assignment) => assignment.role === role);
  const open = listedOf(assigned, { ...windows, all: false });
  return {
    role,
    description: row.description,
    inherits: edges
      .filter((edge) => edge.role === role)
      .map((edge) => edge.inherits)
      .sort(byBytes),
    inheritedBy: edges
      .filter((edge) => edge.inherits === role)
      .map((edge) => edge.role)
      .sort(byBytes),
    everyone: policy.everyone.has(role),
    grants,
    users: [...new Set(open.map(({ user }) => user))].sort(byBytes),
    assignments: listedOf(assigned, windows)
      .sort(by((assignment) => `${assignment.user}\0${assignment.scope ?? ""}`))
      .map((assignment) => ({ user: assignment.user, ...windowShown(assignment, windows) })),
  };
}

/** The catalogue, sorted. */
export const permissionsIn = (policy: Policy): ListedPermission[] =>
  [...policy.permission.values()]
    .sort(by((row) => row.permission))
    .map(({ permission, description }) => ({ permission, description }));

/** A permission with the grants of `policy`, which must be those that cover it. @throws UnknownName (exit 2). */
export function permissionOf(policy: Policy, permission: string) {
  const row = policy.permission.get(permission);
  if (!row) throw new UnknownName("permission", permission);
  const grants = [...allGrants(policy)]
    .filter((grant) => !leavesOut(grant, permission))
    .sort(by((grant) => `${grant.role}\0${grantOrder(grant)}`))
    .map((grant) => ({ role: grant.role, effect: grant.effect, ...grantShown(grant) }));
  return { permission, description: row.description, grants };
}

/**
 * The parents of each role, beginning with `root`, or else with every role that no other role inherits.
 * @throws UnknownName (exit 2).
 */
export function hierarchyOf(
  policy: Policy,
  root?: string,
): { roots: string[]; inherits: ReadonlyMap<string, readonly string[]> } {
  if (root !== undefined && !policy.role.has(root)) throw new UnknownName("role", root);
  const edges = grouped([...policy.inheritance.values()].sort(by((edge) => edge.inherits)), (edge) => edge.role);
  const inherited = new Set([...policy.inheritance.values()].map((edge) => edge.inherits));
  const roots =
    root === undefined ? [...policy.role.keys()].filter((role) => !inherited.has(role)).sort(byBytes) : [root];
  const parents = (role: string) => (edges.get(role) ?? []).map((edge) => edge.inherits);
  const inherits = new Map([...closure(roots, parents)].map((role) => [role, parents(role)]));
  return { roots, inherits };
}

/** The constraints, sorted, with the field names of a document. @param only only constraints of this type */
export const constraintsOf = (policy: Policy, only?: ConstraintType) =>
  [...policy.constraint.values()]
    .filter(({ type }) => only === undefined || type === only)
    .sort(by((row) => row.constraint))
    .map(({ constraint, type: kind, roles, limit, needs }) => ({ constraint, kind, roles, limit, needs }));

/** One constraint. @throws UnknownName (exit 2). */
export function constraintOf(policy: Policy, constraint: string) {
  const found = constraintsOf(policy).find((row) => row.constraint === constraint);
  if (!found) throw new UnknownName("constraint", constraint);
  return found;
}
