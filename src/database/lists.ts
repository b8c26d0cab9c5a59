/** The lists of a database: users, roles, permissions and assignments, page by page; the matrix; what ends soon. */
import { UnknownName, wrong } from "../errors.ts";
import {
  type HeldWindow,
  type ListedPermission,
  type ListedRole,
  type ListedUser,
  type ListedWindows,
  permissionsIn,
  windowShown,
} from "../policy/evaluate/entity-details.ts";
import { type ExpiringAssignment, endingWithin, withLosses } from "../policy/evaluate/expiring.ts";
import { cutTo, type PermissionFilter, permissionsKept } from "../policy/evaluate/list-filters.ts";
import type { Matrix } from "../policy/evaluate/matrix.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import { type RoleFilter, rolesKept, rowsForRoles } from "../policy/evaluate/role-list.ts";
import { by, byBytes } from "../policy/model/byte-order.ts";
import { type NeededRows, WHOLE_POLICY } from "../policy/model/mutation.ts";
import type { Assignment, Policy } from "../policy/model/policy.ts";
import type { AtRevision, Cut } from "../policy/model/results.ts";
import type { Scope } from "../policy/model/scopes.ts";
import type { AssignmentKey } from "../store/read/lists.ts";
import type { Listed } from "../store/read/names-beginning.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import type { AccessListFilter, StampedAccess } from "./access.ts";
import { type MatrixFilter, readMatrix } from "./matrix.ts";
import { listUsers, type UserFilter } from "./user-list.ts";

/** Where a page begins and how long it is: from the start, and all of it, if nothing is said. */
interface Page {
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  /** True to say where the list is cut, and how many there are. */
  readonly counted?: boolean | undefined;
}

/** A part of a list: `next` is where the next part begins, `null` at the end. */
export type PageOf<T> = AtRevision<T & { readonly next: string | null; readonly cut?: readonly Cut[] }>;

/** An assignment, and the revision that wrote it. */
export interface ListedAssignment extends HeldWindow {
  readonly user: string;
  readonly role: string;
}

/** What lists read from: an open database, present or past. */
interface Readable {
  read<T>(work: (reading: TransactionReads) => Promise<T>): Promise<T>;
  answer<T>(needed: NeededRows, answer: (policy: Policy) => T): Promise<AtRevision<T>>;
}

export class Lists {
  readonly #database: Readable;

  constructor(database: Readable) {
    this.#database = database;
  }

  /** The users with what they are assigned, in byte order. @throws UnknownName (exit 2). */
  users(filter: UserFilter & Page & ListedWindows): Promise<PageOf<{ users: ListedUser[] }>> {
    return this.#database.read(async (reading) => {
      const { users, isMore, ...cut } = await listUsers(reading, filter);
      return { revision: reading.revision, users, next: isMore ? (users.at(-1)?.user ?? null) : null, ...cut };
    });
  }

  /** The first names of a kind now that begin with a text, in byte order. */
  namesBeginning(listed: Listed, prefix: string, limit: number): Promise<string[]> {
    return this.#database.read((reading) => reading.namesBeginning(listed, prefix, limit));
  }

  /** The roles, each with its parents and the number of its own grants, in byte order. @throws UnknownName (exit 2). */
  roles({ after, limit, counted, ...filter }: RoleFilter & Page = {}): Promise<PageOf<{ roles: ListedRole[] }>> {
    return this.#database.answer(rowsForRoles(filter), (policy) => {
      const { rows, ...page } = pageIn(rolesKept(policy, filter), { after, limit, counted }, ({ role }) => role);
      return { roles: rows, ...page };
    });
  }

  /** The catalogue of permissions, in byte order. @throws UnknownName (exit 2). */
  permissions(page: Page & PermissionFilter = {}): Promise<PageOf<{ permissions: ListedPermission[] }>> {
    return this.#database.answer({ permissions: "all", roles: "none" }, (policy) => {
      const listed = permissionsIn({ ...policy, permission: permissionsKept(policy, page) });
      const { rows, ...part } = pageIn(listed, page, ({ permission }) => permission);
      return { permissions: rows, ...part };
    });
  }

  /**
   * The assignments, in the order of user, role and scope.
   * @param scope only those on exactly this scope. @throws UnknownName (exit 2).
   */
  assignments({
    user,
    role,
    scope,
    at,
    all,
    ...page
  }: Page &
    ListedWindows & {
      readonly user?: string | undefined;
      readonly role?: string | undefined;
      readonly scope?: Scope;
    }): Promise<PageOf<{ assignments: ListedAssignment[] }>> {
    return this.#database.read(async (reading) => {
      const named = await reading.load({ users: user ? [user] : [], roles: role ? [role] : "none", grants: "none" });
      if (user !== undefined && !named.user.has(user)) throw new UnknownName("user", user);
      if (role !== undefined && !named.role.has(role)) throw new UnknownName("role", role);
      const { after: _, limit } = onePast(page);
      const found = await reading.assignments({
        user,
        role,
        scope,
        window: windowIn({ at, all }),
        limit,
        after: keyFrom(page.after),
      });
      const { rows, next } = firstOf(found, page, (row) => JSON.stringify([row.user, row.role, row.scope]));
      const assignments = rows.map((row) => assignmentShown(row, { at, all }));
      return { revision: reading.revision, assignments, next };
    });
  }

  /** The assignments that end between two times, with what their users then lose; the first of them, with a limit. */
  expiring(
    from: string,
    to: string,
    limit?: number,
  ): Promise<AtRevision<{ expiring: ExpiringAssignment[]; cut?: readonly Cut[] }>> {
    return this.#database.answer(WHOLE_POLICY, (policy) => {
      const index = indexPolicy(policy);
      const { rows, cut } = cutTo(endingWithin(index, from, to), limit);
      return { expiring: rows.map((row) => withLosses(index, row)), ...(cut && { cut }) };
    });
  }

  /** The assignments that have ended by a time, and not before another, in the order of their ends. */
  ended(
    at: string,
    since?: string,
    limit?: number,
  ): Promise<AtRevision<{ ended: ListedAssignment[]; cut?: readonly Cut[] }>> {
    return this.#database.read(async (reading) => {
      const all = await reading.assignments({ window: { at, state: "ended" } });
      const within = all.filter(({ until }) => since === undefined || String(until) >= since).sort(by(endAndKey));
      const { rows, cut } = cutTo(within, limit);
      const ended = rows.map((row) => assignmentShown(row, { at, all: false }));
      return { revision: reading.revision, ended, ...(cut && { cut }) };
    });
  }

  /** A part of all access, in the order of user, permission, role and scope. @throws UnknownName (exit 2). */
  async access(filter: AccessListFilter): Promise<PageOf<{ access: StampedAccess[] }>> {
    const { accessList } = await import("./access.ts");
    return this.#database.read((reading) => accessList(reading, filter));
  }

  /** Every permission of the catalogue for every role or every user, or those that a filter keeps. */
  matrix(
    of: "roles" | "users",
    at: string,
    filter: MatrixFilter = {},
  ): Promise<AtRevision<Matrix & { cut?: readonly Cut[] }>> {
    return this.#database.read((reading) => readMatrix(reading, of, at, filter));
  }
}

/** Only open assignments, unless the list has all. */
const windowIn = ({ at, all }: ListedWindows) => (all ? undefined : { at, state: "open" as const });

const assignmentShown = (row: Assignment, windows: ListedWindows): ListedAssignment => ({
  user: row.user,
  role: row.role,
  ...windowShown(row, windows),
});

const endAndKey = ({ until, user, role, scope }: Assignment): string => `${until}\0${user}\0${role}\0${scope ?? ""}`;

/** One row more than the page has tells whether there is a next one. */
const onePast = ({ after, limit }: Page): Page => ({ after, limit: limit === undefined ? undefined : limit + 1 });

/** The rows of a page out of rows that begin with it and may be one more, and where the next page begins. */
function firstOf<T>(
  found: readonly T[],
  { limit }: Page,
  keyOf: (row: T) => string,
): { rows: T[]; next: string | null } {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: last !== undefined && found.length > rows.length ? keyOf(last) : null };
}

/** A page of rows in memory, which are in the byte order of their keys. */
function pageIn<T>(
  all: readonly T[],
  page: Page,
  keyOf: (row: T) => string,
): { rows: T[]; next: string | null; cut?: readonly Cut[] } {
  const { after, counted } = page;
  const behind = after === undefined ? all : all.filter((row) => byBytes(keyOf(row), after) > 0);
  const { rows, next } = firstOf(behind, page, keyOf);
  return { rows, next, ...(counted && next !== null && { cut: [{ shown: rows.length, total: all.length }] }) };
}

/** The key in the `next` of a page of assignments. @throws RbacError `VALUE_INVALID` (exit 2) for another text. */
function keyFrom(after: string | undefined): AssignmentKey | undefined {
  if (after === undefined) return undefined;
  try {
    const [user, role, scope] = JSON.parse(after) as unknown[];
    if (typeof user === "string" && typeof role === "string" && (scope === null || typeof scope === "string"))
      return { user, role, scope };
  } catch {
    // It is no text of ours, which the error below says.
  }
  throw wrong("VALUE_INVALID", "after is not the next of a page of assignments");
}
