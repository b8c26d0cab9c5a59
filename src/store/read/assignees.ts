/** Reads who is assigned given roles, page by page in the order of users, so that millions are never in memory. */
import { unavailable } from "../../errors.ts";
import type { Among, Assignee } from "../../policy/evaluate/who-can.ts";
import { by } from "../../policy/model/byte-order.ts";
import type { HeldAssignment } from "../../policy/model/policy.ts";
import type { Scope } from "../../policy/model/scopes.ts";
import type { Connection } from "../engine/connection.ts";
import { columnIn, type Fragment, fragment, joinFragments } from "../sql/fragments.ts";
import type { Tuple } from "../sql/needed-rows-sql.ts";
import { Statements } from "../sql/statements.ts";

export interface AssigneeFilter {
  /** The roles whose assignments are wanted; others may be included. */
  readonly roles: readonly string[];
  /** True for all users, even those who are assigned none of the roles. */
  readonly everybody: boolean;
  /** Only those of their assignments that are on one of these scopes; others may be included. */
  readonly scopes?: readonly Scope[];
  /** With `scopes`: further roles, of which the users found so have their assignments on all scopes. */
  readonly also?: readonly string[];
  /** Only these users; all if left out. */
  readonly among?: Among | undefined;
  /** True for assignments with the revision that wrote them; there are then more distinct ones. */
  readonly revisions?: boolean;
}

/** Limits on assignments, and on users, in a page. */
export interface PageSizes {
  /** Up to this many are returned as a single page. */
  readonly maxSinglePage: number;
  /** The most in a page of a longer list; only one user alone may have more. */
  readonly pageSize: number;
}

/** Nearly every list is one page. The pages of longer lists are so small that V8 frees them while they are young. */
const PAGE_SIZES: PageSizes = { maxSinglePage: 10_000, pageSize: 1000 };
/** With more roles a statement would exceed its 32,766 parameters: then the assignments of all roles are read. */
const MAX_ROLES = 1 << 14;
/** With scopes, the roles stand in a statement three times. */
const MAX_ROLES_ON_SCOPES = 1 << 12;
/** Up to this many disabled users are all read, which is faster than looking up thousands of users. */
const MAX_DISABLED = 500;
const DISABLED = fragment("disabled <> 0"); // Exactly the condition of the partial index.
const NO_LIMIT = 2 ** 52;

/** Its statements are text, since kysely would take milliseconds to compile a list of thousands of roles. */
export class AssigneePages {
  /** Shared with other reads of people, as each is prepared once. */
  readonly statements: Statements;

  constructor(connection: Pick<Connection, "dialect" | "prepare">) {
    this.statements = new Statements(connection);
  }

  /**
   * The users with their assignments, in byte order: at least one page, which may be empty. Run it in a transaction.
   * A longer list is read by ranges of users, narrower where users have many assignments, wider where they have few:
   * pages by the key of assignments (`tablePages`) would be those of all roles, or sorted anew for each page.
   * @throws RbacError `DATABASE_INVALID` (exit 4) if everybody is wanted and a missing user is assigned a role.
   */
  async *pages(
    filter: AssigneeFilter,
    { maxSinglePage, pageSize } = PAGE_SIZES,
  ): AsyncGenerator<readonly Assignee[], void> {
    const { everybody, revisions = false } = filter;
    const wanted = wantedAssignments(filter);
    const among = isAmong(filter.among);
    let [after, rangeSize, limit] = ["", everybody ? maxSinglePage : Number.POSITIVE_INFINITY, maxSinglePage];
    for (;;) {
      const users = everybody
        ? await this.#usersAfter(after, rangeSize, among)
        : await this.#lastUserOf(after, rangeSize);
      const lastUser = users.length < (everybody ? rangeSize : 1) ? undefined : String(users.at(-1)?.[0]);
      const range = [
        ...among,
        fragment(`"user" > ?`, after),
        ...(lastUser === undefined ? [] : [fragment(`"user" <= ?`, lastUser)]),
      ];
      const [assignments, someDisabled] = await Promise.all([
        this.#assignmentsIn(wanted.rows(range), rangeSize === 1 ? NO_LIMIT : limit + 1, revisions),
        everybody ? [] : this.#firstDisabled(range),
      ]);
      const isTooLarge = assignments.length > limit || (lastUser !== undefined && limit > pageSize);
      if (isTooLarge && rangeSize > 1) [rangeSize, limit] = [Math.min(Math.ceil(rangeSize / 2), pageSize), pageSize];
      else {
        const disabled =
          someDisabled.length > MAX_DISABLED ? await this.#disabledAmong(wanted.users(range)) : someDisabled;
        yield everybody
          ? withAssignments(users, assignments)
          : groupByUser(assignments, new Set(disabled.map(([user]) => String(user))));
        if (lastUser === undefined) return;
        after = lastUser;
        if (assignments.length < pageSize / 2)
          rangeSize = Math.min(2 * rangeSize, everybody ? pageSize : Number.POSITIVE_INFINITY);
      }
    }
  }

  /** The next users in byte order, each with the flag `disabled`. */
  #usersAfter(after: string, count: number, among: readonly Fragment[]): Promise<readonly Tuple[]> {
    const { text, parameters } = selectWhere("users", `"user", disabled`, [...among, fragment(`"user" > ?`, after)]);
    return this.statements.rows({ text: `${text} order by "user" limit ?`, parameters: [...parameters, count] });
  }

  /** The last of the next `count` users; no row if fewer are left. */
  async #lastUserOf(after: string, count: number): Promise<readonly Tuple[]> {
    if (count === Number.POSITIVE_INFINITY) return [];
    const text = `select "user" from users where "user" > ? order by "user" limit 1 offset ?`;
    return this.statements.rows(fragment(text, after, count - 1));
  }

  /**
   * At most `limit` assignments of a range, sorted by user, role and scope. The database joins the users of equal
   * assignments to one text, a name per line: half the work of a row for each. It is not asked for the first ones in
   * order, since it would have to sort them all.
   */
  async #assignmentsIn(
    { text, parameters }: Fragment,
    limit: number,
    revisions: boolean,
  ): Promise<readonly AssignmentOfUser[]> {
    const columns = `role, scope, "from", "until"${revisions ? ", revision" : ""}`;
    const rows = await this.statements.rows({
      text: `select string_agg("user", '\n'), ${columns} from (${text} limit ?) as page
        group by ${columns} order by role, scope`,
      parameters: [...parameters, limit],
    });
    const result: AssignmentOfUser[] = [];
    for (const [users, role, scope, from, until, revision] of rows) {
      const window = { from: textOrNull(from), until: textOrNull(until) };
      const written = revisions && { revision: Number(revision) };
      const held = { role: String(role), scope: textOrNull(scope), ...window, ...written };
      for (const user of String(users).split("\n")) result.push({ user, held });
    }
    return result.sort(by(({ user }) => user));
  }

  /** The disabled users of a range, at most `MAX_DISABLED + 1`. */
  #firstDisabled(range: readonly Fragment[]): Promise<readonly Tuple[]> {
    const { text, parameters } = selectWhere("users", `"user"`, [DISABLED, ...range]);
    return this.statements.rows({ text: `${text} order by "user" limit ${MAX_DISABLED + 1}`, parameters });
  }

  /** The disabled users among those whom a query finds. */
  #disabledAmong({ text, parameters }: Fragment): Promise<readonly Tuple[]> {
    const disabled = `select "user" from users where ${DISABLED.text} and "user" in (${text})`;
    return this.statements.rows({ text: disabled, parameters });
  }
}

/** Users with equal assignments share one `held` object. */
interface AssignmentOfUser {
  readonly user: string;
  readonly held: HeldAssignment;
}

/** The wanted assignments in a range of users, and the users who have them, as queries. */
interface WantedAssignments {
  rows(range: readonly Fragment[]): Fragment;
  users(range: readonly Fragment[]): Fragment;
}

function wantedAssignments({ roles, everybody, scopes, also = [] }: AssigneeFilter): WantedAssignments {
  const ofRoles = (names: readonly string[]) => columnIn("role", names);
  const assignments = (columns: string, ...where: readonly Fragment[]) => selectWhere("assignments", columns, where);
  if (!scopes || roles.length + also.length > MAX_ROLES_ON_SCOPES) {
    const all = [...roles, ...also];
    const ofAll = all.length > MAX_ROLES ? fragment("1 = 1") : ofRoles(all);
    return {
      rows: (range) => assignments(ASSIGNMENT, ofAll, ...range),
      users: (range) => assignments(`"user"`, ofAll, ...range),
    };
  }
  const onScopes = columnIn(
    "scope",
    scopes.map((scope) => scope ?? ""),
  );
  const users = (range: readonly Fragment[]) => assignments(`"user"`, ofRoles(roles), onScopes, ...range);
  const listed = new Set(also);
  const others = roles.filter((role) => !listed.has(role)); // So that no assignment is found twice.
  const rowsOfAlso = (range: readonly Fragment[]) => {
    const { text, parameters } = users(range);
    const ofUsers = everybody ? range : [{ text: `"user" in (${text})`, parameters }];
    return assignments(ASSIGNMENT, ofRoles(also), ...ofUsers);
  };
  return {
    users,
    rows: (range) => {
      const onThem = assignments(ASSIGNMENT, ofRoles(others), onScopes, ...range);
      return also.length === 0 ? onThem : joinFragments(" union all ", [onThem, rowsOfAlso(range)]);
    },
  };
}

/** The conditions on users who are among some. */
function isAmong({ users, from, roles, at = "" }: Partial<Among> = {}): Fragment[] {
  const isOpen = fragment(`("from" is null or "from" <= ?) and ("until" is null or "until" > ?)`, at, at);
  const assigned = roles && selectWhere("assignments", `"user"`, [columnIn("role", roles), isOpen]);
  return [
    ...(users ? [columnIn("user", users)] : []),
    ...(from === undefined ? [] : [fragment(`"user" >= ?`, from)]),
    ...(assigned ? [{ ...assigned, text: `"user" in (${assigned.text})` }] : []),
  ];
}

const ASSIGNMENT = `role, scope, "from", "until", revision, "user"`;

function selectWhere(table: "users" | "assignments", columns: string, where: readonly Fragment[]): Fragment {
  const { text, parameters } = joinFragments(" and ", where);
  return { text: `select ${columns} from ${table} where ${text}`, parameters };
}

const textOrNull = (column: Tuple[number] | undefined): string | null => (column ? String(column) : null);

function groupByUser(assignments: readonly AssignmentOfUser[], disabled: ReadonlySet<string>): Assignee[] {
  const result: Assignee[] = [];
  for (let at = 0; at < assignments.length; ) {
    const { user } = assignments[at] as AssignmentOfUser;
    const held = heldBy(user, assignments, at);
    result.push({ user, disabled: disabled.has(user), held });
    at += held.length;
  }
  return result;
}

function withAssignments(users: readonly Tuple[], assignments: readonly AssignmentOfUser[]): Assignee[] {
  let at = 0;
  const result = users.map(([name, disabled]): Assignee => {
    const user = String(name);
    const held = heldBy(user, assignments, at);
    at += held.length;
    return { user, disabled: disabled !== 0, held }; // Only 0 means enabled; no other value may enable a user.
  });
  if (at === assignments.length) return result;
  throw unavailable("DATABASE_INVALID", "a role is assigned to a user that is not there: rbac audit verify tells more");
}

/** The assignments of one user, which are adjacent from index `from` on. */
function heldBy(user: string, assignments: readonly AssignmentOfUser[], from: number): HeldAssignment[] {
  const held: HeldAssignment[] = [];
  for (let at = from; assignments[at]?.user === user; at++) held.push((assignments[at] as AssignmentOfUser).held);
  return held;
}
