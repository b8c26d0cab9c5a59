/** Parts of the lists of people, in the order of their keys: there may be millions. */
import { type Expression, expressionBuilder, type Kysely, type SqlBool } from "kysely";
import { stateAt, type WindowState } from "../../policy/evaluate/walk.ts";
import { by, byBytes } from "../../policy/model/byte-order.ts";
import type { Assignment, Policy } from "../../policy/model/policy.ts";
import type { Kind } from "../../policy/model/rows.ts";
import type { Scope } from "../../policy/model/scopes.ts";
import { TABLE, type Tables } from "../engine/tables.ts";
import { columnIn, rawSql } from "../sql/fragments.ts";

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
  /** Only these users. */
  readonly users?: readonly string[] | undefined;
  /** Only those with exactly this e-mail, which several may have. */
  readonly email?: string | undefined;
  /** Only users with an assignment of one of these roles. */
  readonly roles?: readonly string[] | undefined;
  /** Only such an assignment on one of these scopes; on any if left out. */
  readonly scopes?: readonly Scope[] | undefined;
  /** Only such an assignment with this window; with any if left out. */
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
export async function userNames(db: Kysely<Tables>, filter: UserNamesFilter): Promise<string[]> {
  let query = db.selectFrom("users").select("users.user").where(isWanted(filter)).orderBy("users.user");
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  return (await query.execute()).map(({ user }) => user);
}

/** How many there are. */
export async function countUsers(db: Kysely<Tables>, filter: UserNamesFilter): Promise<number> {
  const query = db.selectFrom("users").select(({ fn }) => fn.countAll<number>().as("count"));
  return Number((await query.where(isWanted(filter)).executeTakeFirstOrThrow()).count);
}

/** How many rows of a kind there are. */
export async function countRows(db: Kysely<Tables>, kind: Kind): Promise<number> {
  const query = db.selectFrom(TABLE[kind]).select(({ fn }) => fn.countAll<number>().as("count"));
  return Number((await query.executeTakeFirstOrThrow()).count);
}

/** The condition on users. */
function isWanted({ users, email, roles, scopes, window, after }: UserNamesFilter): Expression<SqlBool> {
  const user = expressionBuilder<Tables, "users">();
  const conditions: Expression<SqlBool>[] = [];
  if (users) conditions.push(rawSql(columnIn("user", users)));
  if (email !== undefined) conditions.push(user("users.email", "=", email));
  if (after !== undefined) conditions.push(user("users.user", ">", after));
  if (roles || scopes) {
    let assigned = user.selectFrom("assignments").select("assignments.user");
    assigned = assigned.whereRef("assignments.user", "=", "users.user");
    if (roles) assigned = assigned.where("assignments.role", "in", roles);
    if (scopes) assigned = assigned.where("assignments.scope", "in", scopes.map(storedScope));
    conditions.push(user.exists(window ? assigned.where(hasWindow(window)) : assigned));
  }
  return user.and(conditions);
}

const storedScope = (scope: Scope): string => scope ?? "";

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
export function userNamesIn(policy: Policy, filter: UserNamesFilter): string[] {
  const { users, email, roles, scopes, window, after, limit } = filter;
  const assigned = [...policy.assignment.values()].filter(
    (row) => (roles?.includes(row.role) ?? true) && (scopes?.includes(row.scope) ?? true) && isOfWindow(row, window),
  );
  const holders = roles || scopes ? new Set(assigned.map(({ user }) => user)) : policy.user;
  const names = [...policy.user.keys()].filter(
    (user) =>
      holders.has(user) &&
      (users?.includes(user) ?? true) &&
      (email === undefined || policy.user.get(user)?.email === email) &&
      (after === undefined || byBytes(user, after) > 0),
  );
  return names.sort(byBytes).slice(0, limit);
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
