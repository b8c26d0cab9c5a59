/** Who is assigned some roles, page by page in the order of users, so that millions of them are never held. */

import { unavailable } from "../../errors.ts";
import type { Assignee } from "../../policy/evaluate/who-can.ts";
import { by } from "../../policy/model/byte-order.ts";
import type { HeldAssignment } from "../../policy/model/policy.ts";
import type { Connection } from "../engine/connection.ts";
import { columnIn, type Fragment, fragment, joinFragments } from "../sql/fragments.ts";
import type { Tuple } from "../sql/needed-rows-sql.ts";
import { Statements } from "../sql/statements.ts";

/** Whom to look for. */
export interface AssigneeFilter {
  /** The roles whose assignments count; others may come along. */
  readonly roles: readonly string[];
  /** True for all users, also those who are assigned none of these. */
  readonly everybody: boolean;
}

/** How many assignments, and users, come together. */
export interface PageSizes {
  /** Up to so many are one page. */
  readonly atOnce: number;
  /** Of more, so many at most are a page, but for a user who has more. */
  readonly each: number;
}

/** Nearly every list is one page; what is longer comes in pages that are forgotten before they are moved to where things stay. */
const MEASURE: PageSizes = { atOnce: 10_000, each: 1000 };
/** A longer list of roles would leave no room among the 32,766 parameters of a statement: then all assignments are read. */
const MOST_ROLES = 1 << 14;
/** The disabled are few, and then all of them are sooner read than thousands looked up. */
const FEW = 500;
const DISABLED = fragment("disabled <> 0"); // Word for word as in the index.
const WITHOUT_END = 2 ** 52;

export class AssigneePages {
  readonly #statements: Statements;

  constructor(connection: Pick<Connection, "db" | "prepare">) {
    this.#statements = new Statements(connection);
  }

  /**
   * The users with their assignments, in byte order; there is at least one page, which may be empty. Run it in a transaction.
   * What is more than a page comes by ranges of users, narrower where these hold much and wider where they hold little.
   * @throws RbacError `DATABASE_INVALID` (exit 4) where everybody is sought and somebody who is not there is assigned a role.
   */
  async *pages(
    { roles, everybody }: AssigneeFilter,
    { atOnce, each } = MEASURE,
  ): AsyncGenerator<readonly Assignee[], void> {
    const ours = roles.length > MOST_ROLES ? fragment("1 = 1") : columnIn("role", roles);
    let [after, span, most] = ["", everybody ? atOnce : Number.POSITIVE_INFINITY, atOnce];
    for (;;) {
      const users = everybody ? await this.#users(after, span) : await this.#lastOf(after, span);
      const upTo = users.length < (everybody ? span : 1) ? undefined : String(users.at(-1)?.[0]);
      const range = [fragment(`"user" > ?`, after), ...(upTo === undefined ? [] : [fragment(`"user" <= ?`, upTo)])];
      const [held, few] = await Promise.all([
        this.#held(ours, range, span === 1 ? WITHOUT_END : most + 1),
        everybody ? [] : this.#disabled(range),
      ]);
      const isTooMuch = held.length > most || (upTo !== undefined && most > each);
      if (isTooMuch && span > 1) [span, most] = [Math.min(Math.ceil(span / 2), each), each];
      else {
        const disabled = few.length > FEW ? await this.#disabledOf(ours, range) : few;
        yield everybody ? usersWith(users, held) : assigneesIn(held, new Set(disabled.map(([user]) => String(user))));
        if (upTo === undefined) return;
        after = upTo;
        if (held.length < each / 2) span = Math.min(2 * span, everybody ? each : Number.POSITIVE_INFINITY);
      }
    }
  }

  /** Some users, and whether they are disabled. */
  #users(after: string, count: number): Promise<readonly Tuple[]> {
    const text = `select "user", disabled from users where "user" > ? order by "user" limit ?`;
    return this.#statements.rows(fragment(text, after, count));
  }

  /** The last of so many users, where there are as many. */
  async #lastOf(after: string, count: number): Promise<readonly Tuple[]> {
    if (count === Number.POSITIVE_INFINITY) return [];
    const text = `select "user" from users where "user" > ? order by "user" limit 1 offset ?`;
    return this.#statements.rows(fragment(text, after, count - 1));
  }

  /**
   * Up to so many assignments, in the order of users, roles and scopes. The database hands over the users of what is held alike
   * as one text, a name a line: half the work of a row for each. To find the first of them in order it would have to sort them all.
   */
  async #held(ours: Fragment, range: readonly Fragment[], most: number): Promise<readonly Holding[]> {
    const { text, parameters } = selected("assignments", `role, scope, "from", "until", "user"`, [ours, ...range]);
    const rows = await this.#statements.rows({
      text: `select role, scope, "from", "until", string_agg("user", '\n') from (${text} limit ?) as page
        group by role, scope, "from", "until" order by role, scope`,
      parameters: [...parameters, most],
    });
    const found: Holding[] = [];
    for (const [role, scope, from, until, users] of rows) {
      const held = { role: String(role), scope: textIn(scope), from: textIn(from), until: textIn(until) };
      for (const user of String(users).split("\n")) found.push({ user, held });
    }
    return found.sort(by(({ user }) => user));
  }

  /** The disabled, or one too many of them. */
  #disabled(range: readonly Fragment[]): Promise<readonly Tuple[]> {
    const { text, parameters } = selected("users", `"user"`, [DISABLED, ...range]);
    return this.#statements.rows({ text: `${text} order by "user" limit ${FEW + 1}`, parameters });
  }

  /** The disabled among those who are assigned something. */
  #disabledOf(ours: Fragment, range: readonly Fragment[]): Promise<readonly Tuple[]> {
    const { text, parameters } = selected("assignments", `"user"`, [ours, ...range]);
    const disabled = `select "user" from users where ${DISABLED.text} and "user" in (${text})`;
    return this.#statements.rows({ text: disabled, parameters });
  }
}

/** One assignment; who holds the same shares what is held. */
interface Holding {
  readonly user: string;
  readonly held: HeldAssignment;
}

function selected(table: "users" | "assignments", columns: string, where: readonly Fragment[]): Fragment {
  const { text, parameters } = joinFragments(" and ", where);
  return { text: `select ${columns} from ${table} where ${text}`, parameters };
}

const textIn = (column: Tuple[number] | undefined): string | null => (column ? String(column) : null);

function assigneesIn(holdings: readonly Holding[], disabled: ReadonlySet<string>): Assignee[] {
  const found: Assignee[] = [];
  for (let at = 0; at < holdings.length; ) {
    const user = holdings[at]?.user ?? "";
    const held = heldBy(user, holdings, at);
    found.push({ user, disabled: disabled.has(user), held });
    at += held.length;
  }
  return found;
}

function usersWith(users: readonly Tuple[], holdings: readonly Holding[]): Assignee[] {
  let at = 0;
  const found = users.map(([name, disabled]): Assignee => {
    const user = String(name);
    const held = heldBy(user, holdings, at);
    at += held.length;
    return { user, disabled: disabled !== 0, held }; // What rbac never wrote enables nobody.
  });
  if (at === holdings.length) return found;
  throw unavailable("DATABASE_INVALID", "a role is assigned to a user that is not there: rbac audit verify tells more");
}

/** What one user holds, which lies together. */
function heldBy(user: string, holdings: readonly Holding[], from: number): HeldAssignment[] {
  const held: HeldAssignment[] = [];
  for (let at = from; holdings[at]?.user === user; at++) held.push((holdings[at] as Holding).held);
  return held;
}
