/** What the commands change, decided: a policy and a wish in, the changes out. Nothing to do is an empty list. */
import { refused, UnknownName, wrong } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { added, type Change, changeOf, removed } from "../model/change.ts";
import { quote } from "../model/names.ts";
import { type Assignment, type Effect, keyOf, type Policy, type Rows } from "../model/policy.ts";
import { closure, parentsIn } from "../model/role-graph.ts";
import type { Scope } from "../model/scopes.ts";

/** A user, or all of them: `null` stands for `everyone`. */
export type UserOrEveryone = string | null;

/** Who and which roles, from arguments: with `everyone` there is no user, and the first argument is a role too. */
export function subjectOf(
  { user, roles = [] }: { readonly user?: string; readonly roles?: readonly string[] },
  everyone: boolean,
): { who: UserOrEveryone; roles: readonly string[] } {
  if (user === undefined) throw wrong("ARGUMENT_MISSING", "missing argument ROLES (see --help)");
  return everyone ? { who: null, roles: [user, ...roles] } : { who: user, roles };
}

export interface AssignRequest {
  readonly who: UserOrEveryone;
  readonly roles: readonly string[];
  readonly scope: Scope;
  readonly from: string | null;
  readonly until: string | null;
  /** Let a window be shortened or lose its end. */
  readonly replace: boolean;
  /** Refuse a user that does not exist yet. */
  readonly existing: boolean;
}

/** Assigns roles, creating an unknown user. Stated in full; narrowing needs `replace` (rule 10). */
export function assign(policy: Policy, mutation: AssignRequest): Change[] {
  const { who, scope, from, until } = mutation;
  for (const role of mutation.roles) needRole(policy, role);
  if (from !== null && until !== null && from >= until) {
    throw wrong("WINDOW_EMPTY", `a window from ${from} until ${until} never opens`);
  }
  const roles = [...new Set(mutation.roles)];
  if (who === null)
    return roles.filter((role) => !policy.everyone.has(role)).map((role) => added("everyone", { role }));
  const isNew = !policy.user.has(who);
  if (isNew && mutation.existing) throw new UnknownName("user", who);
  const changes: Change[] = isNew ? [added("user", { user: who, email: null, name: null, disabled: false })] : [];
  for (const role of roles) {
    const row = { user: who, role, scope, from, until };
    const standing = policy.assignment.get(keyOf("assignment", row));
    if (standing && !mutation.replace) refuseNarrowing(standing, row);
    const change = changeOf("assignment", standing, row);
    if (change) changes.push(change);
  }
  return changes;
}

function refuseNarrowing(standing: Assignment, mutation: Rows["assignment"]): void {
  const { user, role } = mutation;
  const what = `${quote(user)} holds ${quote(role)} ${windowInWords(standing)}`;
  if (standing.until !== null && mutation.until === null) {
    throw refused("WINDOW_NARROWED", `${what}: say --replace to take its end away`);
  }
  const later = (a: string | null, b: string | null) => a !== null && (b === null || a > b);
  if (later(standing.until ?? "~", mutation.until ?? "~") || later(mutation.from, standing.from)) {
    throw refused("WINDOW_NARROWED", `${what}: say --replace to shorten it`);
  }
}

/** A window in words. */
export function windowInWords({ from, until }: { from: string | null; until: string | null }): string {
  if (from === null && until === null) return "without an end";
  return [from === null ? "" : `from ${from}`, until === null ? "" : `until ${until}`].filter(Boolean).join(" ");
}

/** Revokes roles on exactly one scope, or on every one (`everywhere`); naming the way where they stay held otherwise (rule 10). */
export function revoke(
  policy: Policy,
  mutation: { who: UserOrEveryone; roles: readonly string[]; scope: Scope; everywhere: boolean },
): Change[] {
  const { who, scope } = mutation;
  for (const role of mutation.roles) needRole(policy, role);
  const roles = [...new Set(mutation.roles)];
  if (who === null) {
    return roles.flatMap((role) => (policy.everyone.has(role) ? [removed("everyone", { role })] : []));
  }
  if (!policy.user.has(who)) throw new UnknownName("user", who);
  return roles.flatMap((role) => {
    const rows = [...policy.assignment.values()]
      .filter((row) => row.user === who && row.role === role)
      .sort(by((row) => row.scope ?? ""));
    const hit = rows.filter((row) => mutation.everywhere || row.scope === scope);
    if (hit.length === 0) refuseIfHeldOtherwise(policy, who, role, rows);
    return hit.map((row) => removed("assignment", row));
  });
}

function refuseIfHeldOtherwise(policy: Policy, user: string, role: string, elsewhere: readonly Assignment[]): void {
  const held = (how: string) =>
    wrong("HELD_OTHERWISE", `${quote(user)} does not hold ${quote(role)} there, but ${how}`);
  const [other] = elsewhere;
  if (other)
    throw held(`${other.scope === null ? "everywhere: leave --on out" : `on ${other.scope}: say --on ${other.scope}`}`);
  if (policy.everyone.has(role)) throw held(`everyone does: rbac revoke --everyone ${role}`);
  const parents = parentsIn(policy);
  const heldRoles = [...policy.assignment.values()].filter((row) => row.user === user).map((row) => row.role);
  for (const start of [...heldRoles.sort(byBytes), ...[...policy.everyone.keys()].sort(byBytes)]) {
    if (closure([start], parents).has(role)) throw held(`inherits it through ${quote(start)}`);
  }
}

export interface GrantRequest {
  readonly role: string;
  readonly permissions: readonly string[];
  readonly effect: Effect;
  readonly scope: Scope;
}

/** Grants permissions to a role: a grant is added or is there, never updated (rule 3). */
export const grant = (policy: Policy, mutation: GrantRequest): Change[] =>
  grantRows(policy, mutation).flatMap((row) => (policy.grant.has(keyOf("grant", row)) ? [] : [added("grant", row)]));

/** Takes grants away, each exactly as it was given: effect, pattern and scope. */
export const ungrant = (policy: Policy, mutation: GrantRequest): Change[] =>
  grantRows(policy, mutation).flatMap((row) => {
    const standing = policy.grant.get(keyOf("grant", row));
    return standing ? [removed("grant", standing)] : [];
  });

function grantRows(policy: Policy, { role, permissions, effect, scope }: GrantRequest): Rows["grant"][] {
  needRole(policy, role);
  return [...new Set(permissions)].map((permission) => ({ role, effect, permission, scope }));
}

/** Makes a role inherit others. Whether that closes a cycle is judged with every other change, in `check`. */
export function inherit(policy: Policy, role: string, parents: readonly string[]): Change[] {
  for (const name of [role, ...parents]) needRole(policy, name);
  const rows = [...new Set(parents)].map((inherits) => ({ role, inherits }));
  return rows.flatMap((row) => (policy.inheritance.has(keyOf("inheritance", row)) ? [] : [added("inheritance", row)]));
}

export function disinherit(policy: Policy, role: string, parents: readonly string[]): Change[] {
  for (const name of [role, ...parents]) needRole(policy, name);
  const rows = [...new Set(parents)].map((inherits) => ({ role, inherits }));
  return rows.flatMap((row) =>
    policy.inheritance.has(keyOf("inheritance", row)) ? [removed("inheritance", row)] : [],
  );
}

function needRole(policy: Policy, role: string): void {
  if (!policy.role.has(role)) throw new UnknownName("role", role);
}
