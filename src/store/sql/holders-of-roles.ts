/** Reads who holds some roles, each with all that they hold, in pages, so that millions are never in memory. */
import { byBytes } from "../../policy/model/byte-order.ts";
import type { HeldAssignment } from "../../policy/model/policy.ts";
import { eventTurn } from "../engine/event-turn.ts";
import { chunks, columnIn, type Fragment, fragment } from "./fragments.ts";
import type { Statements } from "./statements.ts";

/** Somebody with all that they hold. */
export interface Holder {
  readonly user: string;
  readonly disabled: boolean;
  readonly held: readonly HeldAssignment[];
}

/** Where more than one in so many of the users hold them, all are read: in order that is faster than one by one. */
const MANY = 5;
/** So many users are read at a time. */
const PAGE_SIZE = 2000;

/**
 * The users who are assigned one of some roles, in byte order, each with all assignments; others may be among them.
 * @param roles `null` for everybody
 */
export async function* holdersOfRoles(
  statements: Statements,
  roles: readonly string[] | null,
): AsyncGenerator<readonly Holder[], void> {
  const reader = new HolderReader(statements);
  const names = roles && (await namesOfHolders(statements, roles));
  if (names) for (const chunk of chunks(names)) yield reader.holders(columnIn("user", chunk), chunk.length);
  else yield* reader.inOrder(roles === null);
}

/** In byte order; `undefined` where they are many. */
async function namesOfHolders(statements: Statements, roles: readonly string[]): Promise<string[] | undefined> {
  const [[users = 0] = []] = await statements.rows(fragment("select count(*) from users"));
  const most = Number(users) / MANY;
  const ofRoles = [...chunks(roles)].map((chunk) => columnIn("role", chunk));
  let count = 0;
  for (const { text, parameters } of ofRoles) {
    const query = `select count(*) from assignments where ${text}`;
    const [[found = 0] = []] = await statements.rows({ text: query, parameters });
    count += Number(found);
    if (count > most) return undefined;
    await eventTurn();
  }
  const names = new Set<string>();
  for (const { text, parameters } of ofRoles) {
    const query = `select distinct "user" from assignments where ${text}`;
    for (const [user] of await statements.rows({ text: query, parameters })) names.add(String(user));
  }
  return [...names].sort(byBytes);
}

class HolderReader {
  readonly #statements: Statements;
  /** What most people hold, a role without scope and window, once for all of them. */
  readonly #plain = new Map<string, HeldAssignment>();
  #disabled: ReadonlySet<string> | undefined;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** Those of some users who are assigned anything; for each the database joins what they hold to one text. */
  async holders({ text, parameters }: Fragment, limit: number): Promise<Holder[]> {
    this.#disabled ??= await this.#disabledUsers();
    const rows = await this.#statements.rows({
      text: `select "user", string_agg(${HELD}, ?) from assignments where ${text}
        group by "user" order by "user" limit ?`,
      parameters: ["\t", "\t", "\t", "\n", ...parameters, limit],
    });
    await eventTurn();
    return rows.map(([name, held]): Holder => {
      const user = String(name);
      const disabled = this.#disabled?.has(user) ?? false;
      return {
        user,
        disabled,
        held: String(held)
          .split("\n")
          .map((one) => this.#heldOf(one)),
      };
    });
  }

  /** All users in order. @param idle true for those too who are assigned nothing */
  async *inOrder(idle: boolean): AsyncGenerator<readonly Holder[], void> {
    for (let after = ""; ; ) {
      const found = await this.holders(fragment(`"user" > ?`, after), PAGE_SIZE);
      const last = found.length < PAGE_SIZE ? undefined : found.at(-1)?.user;
      yield idle ? [...found, ...(await this.#idleUsers(found, after, last))] : found;
      if (last === undefined) return;
      after = last;
    }
  }

  /** The users between two names who are not among those found. */
  async #idleUsers(found: readonly Holder[], after: string, last: string | undefined): Promise<Holder[]> {
    const range = last === undefined ? fragment("") : fragment(` and "user" <= ?`, last);
    const { text, parameters } = range;
    const names = await this.#statements.rows({
      text: `select "user" from users where "user" > ?${text}`,
      parameters: [after, ...parameters],
    });
    const known = new Set(found.map(({ user }) => user));
    const users = names.map(([name]) => String(name)).filter((user) => !known.has(user));
    return users.map((user) => ({ user, disabled: this.#disabled?.has(user) ?? false, held: [] }));
  }

  async #disabledUsers(): Promise<ReadonlySet<string>> {
    const rows = await this.#statements.rows(fragment(`select "user" from users where disabled <> 0`));
    return new Set(rows.map(([user]) => String(user)));
  }

  #heldOf(text: string): HeldAssignment {
    const known = this.#plain.get(text);
    if (known) return known;
    const [role = "", scope, from, until] = text.split("\t");
    const held = { role, scope: scope || null, from: from || null, until: until || null };
    if (scope === undefined) this.#plain.set(text, held);
    return held;
  }
}

/** A role; behind it, each behind a tab, the scope and the window where there is any. No name has a tab. */
const HELD = `case when scope = '' and "from" is null and "until" is null then role
  else role || ? || scope || ? || coalesce("from", '') || ? || coalesce("until", '') end`;
