/**
 * Decides assignments and inheritance: takes a policy and a request, returns the changes. The list is empty if nothing
 * has to be changed.
 */
import { type Hint, refused, UnknownName, wrong } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { added, type Change, changeOf, removed } from "../model/change.ts";
import { quote } from "../model/names.ts";
import { type Assignment, keyOf, type Policy } from "../model/policy.ts";
import { closure, parentsIn } from "../model/role-graph.ts";
import type { Rows } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import { hasEnded } from "../model/times.ts";
import { refuseComma } from "./commas.ts";

/** A user, or `null` for `everyone`. */
export type UserOrEveryone = string | null;

export interface AssignRequest {
  readonly who: UserOrEveryone;
  readonly roles: readonly string[];
  readonly scope: Scope;
  readonly from: string | null;
  readonly until: string | null;
  /** True to allow that a window is shortened or loses its end. */
  readonly replace: boolean;
  /** True to refuse a user that does not exist yet. */
  readonly existing: boolean;
  /** True to allow a comma in the name of a new user. */
  readonly allowComma?: boolean;
}

/**
 * Assigns roles; creates an unknown user. The request states the whole window; narrowing an existing one needs
 * `replace` (rule 10).
 * @throws RbacError `ROLE_NOT_FOUND`, `USER_NOT_FOUND`, `NAME_HAS_COMMA`, `WINDOW_EMPTY` (exit 2), `WINDOW_NARROWED`
 * (exit 3).
 */
export function assign(policy: Policy, request: AssignRequest): Change[] {
  const { who, scope, from, until } = request;
  for (const role of request.roles) needRole(policy, role);
  if (from !== null && until !== null && from >= until) {
    throw wrong("WINDOW_EMPTY", `a window from ${from} until ${until} never opens`);
  }
  const roles = [...new Set(request.roles)];
  if (who === null) {
    if (scope !== null || from !== null || until !== null) throw limitedEveryone();
    return roles.filter((role) => !policy.everyone.has(role)).map((role) => added("everyone", { role }));
  }
  const isNewUser = !policy.user.has(who);
  if (isNewUser && request.existing) throw new UnknownName("user", who);
  if (isNewUser) refuseComma(who, request.allowComma ?? false, true);
  const changes: Change[] = isNewUser ? [added("user", { user: who, email: null, name: null, disabled: false })] : [];
  for (const role of roles) {
    const row = { user: who, role, scope, from, until };
    const current = policy.assignment.get(keyOf("assignment", row));
    if (current && !request.replace) refuseNarrowing(current, row);
    const change = changeOf("assignment", current, row);
    if (change) changes.push(change);
  }
  return changes;
}

/** What everyone holds has no scope and no window (rule 7); without this error they would be lost without a word. */
const limitedEveryone = () => wrong("USAGE", "what everyone holds is held everywhere and without an end");

function refuseNarrowing(current: Assignment, next: Rows["assignment"]): void {
  const { user, role } = next;
  const refusal = (purpose: string) => {
    const sentence = `${quote(user)} holds ${quote(role)} ${windowInWords(current)}, and this would ${purpose}`;
    return refused("WINDOW_NARROWED", sentence, { hint: { option: "replace", value: true, purpose } });
  };
  if (current.until !== null && next.until === null) throw refusal("take its end away");
  const later = (a: string | null, b: string | null) => a !== null && (b === null || a > b);
  if (later(current.until ?? "~", next.until ?? "~") || later(next.from, current.from)) throw refusal("shorten it");
}

/** A window as words for a message. */
function windowInWords({ from, until }: { from: string | null; until: string | null }): string {
  if (from === null && until === null) return "without an end";
  return [from === null ? "" : `from ${from}`, until === null ? "" : `until ${until}`].filter(Boolean).join(" ");
}

export interface RevokeRequest {
  readonly who: UserOrEveryone;
  readonly roles: readonly string[];
  readonly scope: Scope;
  /** True for all scopes. */
  readonly everywhere: boolean;
}

/**
 * Revokes roles on exactly one scope, or on all scopes (`everywhere`). If the user holds a role in another way
 * only, the error names that way (rule 10).
 * @throws RbacError `ROLE_NOT_FOUND`, `USER_NOT_FOUND`, `HELD_OTHERWISE` (exit 2).
 */
export function revoke(policy: Policy, request: RevokeRequest): Change[] {
  const { who, scope } = request;
  for (const role of request.roles) needRole(policy, role);
  const roles = [...new Set(request.roles)];
  if (who === null) {
    if (scope !== null) throw limitedEveryone();
    return roles.flatMap((role) => (policy.everyone.has(role) ? [removed("everyone", { role })] : []));
  }
  if (!policy.user.has(who)) throw new UnknownName("user", who);
  return roles.flatMap((role) => {
    const exact = policy.assignment.get(keyOf("assignment", { user: who, role, scope }));
    if (exact && !request.everywhere) return removed("assignment", exact);
    const rows = [...policy.assignment.values()]
      .filter((row) => row.user === who && row.role === role)
      .sort(by((row) => row.scope ?? ""));
    if (request.everywhere && rows.length > 0) return rows.map((row) => removed("assignment", row));
    refuseIfHeldOtherwise(policy, who, role, rows);
    return [];
  });
}

/** An assignment by its key, and why it is to be revoked. */
export interface ListedRevocation {
  readonly user: string;
  readonly role: string;
  readonly scope: Scope;
  readonly reason: string | null;
}

/** Revokes each assignment of a list, or nothing. @throws RbacError as `revoke` does. */
export const revokeListed = (policy: Policy, list: readonly ListedRevocation[]): Change[] =>
  list.flatMap(({ user, role, scope }) => revoke(policy, { who: user, roles: [role], scope, everywhere: false }));

/**
 * Removes assignments that have ended.
 * @param who whose; `null` for all users
 * @param roles of which roles; of all where the list is empty
 * @param at the time by which they have ended
 * @throws RbacError `ROLE_NOT_FOUND`, `USER_NOT_FOUND` (exit 2).
 */
export function revokeEnded(
  policy: Policy,
  { who, roles, at }: { who: string | null; roles: readonly string[]; at: string },
): Change[] {
  for (const role of roles) needRole(policy, role);
  if (who !== null && !policy.user.has(who)) throw new UnknownName("user", who);
  const isAsked = (row: Assignment) =>
    (who === null || row.user === who) && (roles.length === 0 || roles.includes(row.role));
  return [...policy.assignment.values()]
    .filter((row) => hasEnded(row, at) && isAsked(row))
    .sort(by((row) => `${row.user}\0${row.role}\0${row.scope ?? ""}`))
    .map((row) => removed("assignment", row));
}

function refuseIfHeldOtherwise(
  policy: Policy,
  user: string,
  role: string,
  otherAssignments: readonly Assignment[],
): void {
  const refusal = (how: string, hint?: Hint) => {
    const sentence = `${quote(user)} does not hold ${quote(role)} there, but ${how}`;
    return wrong("HELD_OTHERWISE", sentence, hint && { hint });
  };
  const [other] = otherAssignments;
  if (other)
    throw refusal(other.scope === null ? "everywhere" : `on ${other.scope}`, { option: "on", value: other.scope });
  if (policy.everyone.has(role)) throw refusal("everyone does", { option: "everyone", value: role });
  const parents = parentsIn(policy);
  const assignedRoles = [...policy.assignment.values()].filter((row) => row.user === user).map((row) => row.role);
  for (const start of [...assignedRoles.sort(byBytes), ...[...policy.everyone.keys()].sort(byBytes)]) {
    if (closure([start], parents).has(role)) throw refusal(`inherits it through ${quote(start)}`);
  }
}

/** Makes a role inherit others. Cycles are refused later, in policy/rules, as for every other change. */
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

/** @throws RbacError `ROLE_NOT_FOUND` (exit 2). */
export function needRole(policy: Policy, role: string): void {
  if (!policy.role.has(role)) throw new UnknownName("role", role);
}
