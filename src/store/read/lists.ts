/** Parts of the lists of people, in the order of their keys: there may be millions. */
import { type Expression, expressionBuilder, type Kysely, type SqlBool } from "kysely";
import { stateAt, type WindowState } from "../../policy/evaluate/walk.ts";
import { by, byBytes } from "../../policy/model/byte-order.ts";
import type { Assignment, Policy } from "../../policy/model/policy.ts";
import type { Scope } from "../../policy/model/scopes.ts";
import type { Tables } from "../engine/tables.ts";

/** Which part of a list. */
interface PageRange<Key> {
  /** The key behind which the part begins; from the start if left out. */
  readonly after?: Key | undefined;
  /** The most rows; all if left out. */
  readonly limit?: number | undefined;
}

/** Only assignments whose window is this at a time: open, or ended. */
interface WindowFilter {
  readonly at: string;
  readonly state: Exclude<WindowState, "pending">;
}

export interface UserNamesFilter extends PageRange<string> {
  /** Only users with an assignment of this role. */
  readonly role?: string | undefined;
  /** Only such an assignment of the role; any if left out. */
  readonly window?: WindowFilter | undefined;
}

export type AssignmentKey = Pick<Assignment, "user" | "role" | "scope">;

export interface AssignmentsFilter extends PageRange<AssignmentKey> {
  readonly user?: string | undefined;
  readonly role?: string | undefined;
  /** Only those on exactly this scope; on any if left out. */
  readonly scope?: Scope | undefined;
  readonly window?: WindowFilter | undefined;
}

/** The condition on assignments. Times are stored as text that sorts by time. */
function hasWindow({ at, state }: WindowFilter): Expression<SqlBool> {
  const assignment = expressionBuilder<Tables, "assignments">();
  const { and, or } = assignment;
  if (state === "ended") return assignment("assignments.until", "<=", at);
  return and([
    or([assignment("assignments.from", "is", null), assignment("assignments.from", "<=", at)]),
    or([assignment("assignments.until", "is", null), assignment("assignments.until", ">", at)]),
  ]);
}

const isOfWindow = (row: Assignment, window: WindowFilter | undefined): boolean =>
  window === undefined || stateAt(row, window.at) === window.state;

/** The names of users, in byte order. */
export async function userNames(
  db: Kysely<Tables>,
  { role, window, after, limit }: UserNamesFilter,
): Promise<string[]> {
  let query = db.selectFrom("users").select("users.user").orderBy("users.user");
  if (role !== undefined)
    query = query.where(({ exists, selectFrom }) => {
      const assigned = selectFrom("assignments")
        .select("assignments.user")
        .where("assignments.role", "=", role)
        .whereRef("assignments.user", "=", "users.user");
      return exists(window ? assigned.where(hasWindow(window)) : assigned);
    });
  if (after !== undefined) query = query.where("users.user", ">", after);
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(({ user }) => user);
}

/** Assignments in the order of user, role and scope. */
export async function assignmentsWhere(
  db: Kysely<Tables>,
  { user, role, scope, window, after, limit }: AssignmentsFilter,
): Promise<Assignment[]> {
  let query = db.selectFrom("assignments").selectAll().orderBy("user").orderBy("role").orderBy("scope");
  if (user !== undefined) query = query.where("user", "=", user);
  if (role !== undefined) query = query.where("role", "=", role);
  if (scope !== undefined) query = query.where("scope", "=", scope ?? "");
  if (window) query = query.where(hasWindow(window));
  if (after)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("user", "role", "scope"), ">", tuple(after.user, after.role, after.scope ?? "")),
    );
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map((row) => ({ ...row, scope: row.scope || null }));
}

/** The same of a policy in memory, such as a past one. */
export function userNamesIn(policy: Policy, { role, window, after, limit }: UserNamesFilter): string[] {
  const assigned = [...policy.assignment.values()].filter((row) => row.role === role && isOfWindow(row, window));
  const holders = new Set(assigned.map(({ user }) => user));
  const names = [...policy.user.keys()]
    .filter((user) => (role === undefined || holders.has(user)) && (after === undefined || byBytes(user, after) > 0))
    .sort(byBytes);
  return names.slice(0, limit);
}

/** The same of a policy in memory, such as a past one. */
export function assignmentsIn(
  policy: Policy,
  { user, role, scope, window, after, limit }: AssignmentsFilter,
): Assignment[] {
  const keyOf = (row: AssignmentKey) => `${row.user}\0${row.role}\0${row.scope ?? ""}`;
  const rows = [...policy.assignment.values()].filter(
    (row) =>
      (user === undefined || row.user === user) &&
      (role === undefined || row.role === role) &&
      (scope === undefined || row.scope === scope) &&
      isOfWindow(row, window) &&
      (after === undefined || byBytes(keyOf(row), keyOf(after)) > 0),
  );
  return rows.sort(by(keyOf)).slice(0, limit);
}
