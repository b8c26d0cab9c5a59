/** Looking at the database before an answer: the revision that stands, and what users are assigned there. */

import { type CompiledQuery, type Kysely, type RawBuilder, sql } from "kysely";
import type { HeldAssignment } from "../../policy/model/policy.ts";
import type { Connection, Prepared } from "../engine/connection.ts";
import type { Column, Tables } from "../engine/tables.ts";

/** Where assignments are: all in memory, or read with each question. */
export type Assignments = "memory" | "demand";

/** What stands: a revision, and of which database, since another may have been put in the place of the one that was compiled. */
export interface CurrentRevision {
  readonly revision: number;
  /** When the database was made. */
  readonly made: string;
}

/** What stands, and what a user holds there; `undefined` for one who is not there, or where it is held in memory. */
export interface CurrentHoldings extends CurrentRevision {
  readonly held: readonly HeldAssignment[] | undefined;
}

/** The same of many users at once. */
export interface CurrentHoldingsOfMany extends CurrentRevision {
  readonly held: ReadonlyMap<string, readonly HeldAssignment[]>;
}

type Rows = readonly (readonly Column[])[];

/** Each look is of one moment, which is after it was asked for. */
export class RevisionReader {
  readonly #connection: Pick<Connection, "db" | "prepare">;
  readonly #onDemand: boolean;
  readonly #revision: Prepared;
  readonly #held: Prepared;
  readonly #named: Prepared;
  /** One for each length of list. */
  readonly #many = new Map<number, Prepared>();
  #isAtOnce = false;

  private constructor(connection: Pick<Connection, "db" | "prepare">, assignments: Assignments) {
    this.#connection = connection;
    this.#onDemand = assignments === "demand";
    const { db, prepare } = connection;
    this.#revision = prepare(revisionQuery(db));
    this.#held = prepare(heldQuery(db));
    this.#named = prepare(namedQuery(db));
  }

  /** Readies the statements, and finds out how the database answers. */
  static async over(connection: Pick<Connection, "db" | "prepare">, assignments: Assignments): Promise<RevisionReader> {
    const looks = new RevisionReader(connection, assignments);
    const first = looks.#revision();
    looks.#isAtOnce = !(first instanceof Promise);
    await first;
    return looks;
  }

  /** True for a database in this process: then `one` may be asked. Else a look is a way through a network. */
  get isAtOnce(): boolean {
    return this.#isAtOnce;
  }

  /** How many users one look can be for. */
  get most(): number {
    return this.#onDemand ? MOST : Number.POSITIVE_INFINITY;
  }

  /** A look for one user, without a promise: only where `isAtOnce`. */
  one(user: string | null): CurrentHoldings {
    if (!this.#onDemand || user === null) return seen(this.#revision() as Rows, undefined);
    const rows = this.#held(user) as Rows;
    const held = rows[0]?.[2];
    if (typeof held === "string") return seen(rows, heldIn(held));
    const named = this.#named(user) as Rows;
    return seen(named, named[0]?.[2] ? [] : undefined);
  }

  /** @param users whom to look for: at most so many as `most` says, nobody twice. */
  async many(users: readonly string[]): Promise<CurrentHoldingsOfMany> {
    const held = new Map<string, readonly HeldAssignment[]>();
    if (!this.#onDemand || users.length === 0) return seen(await this.#revision(), held);
    const rows = await this.#among(users.length)(...padded(users));
    for (const [, , user, all] of rows)
      if (typeof user === "string") held.set(user, typeof all === "string" ? heldIn(all) : []);
    return seen(rows, held);
  }

  #among(count: number): Prepared {
    const length = lengthFor(count);
    const { db, prepare } = this.#connection;
    const known = this.#many.get(length) ?? prepare(manyQuery(db, length));
    this.#many.set(length, known);
    return known;
  }
}

const MOST = 256;

/** Lists come in few lengths, so that a database sees few texts. */
const lengthFor = (count: number): number => 2 ** Math.ceil(Math.log2(count));

const padded = (users: readonly string[]): string[] =>
  Array.from({ length: lengthFor(users.length) }, (_, at) => users[at] ?? (users[0] as string));

const seen = <Holdings>([first = []]: Rows, held: Holdings) => ({
  revision: Number(first[0]),
  made: String(first[1]),
  held,
});

/** What a text says that somebody holds: a line for each assignment, with tabs before its scope and its window where it has some. */
const heldIn = (text: string): HeldAssignment[] =>
  text.split("\n").map((line) => {
    if (!line.includes("\t")) return { role: line, scope: null, from: null, until: null };
    const [role = "", scope, from, until] = line.split("\t");
    return { role, scope: scope || null, from: from || null, until: until || null };
  });

/** That text; nothing where somebody holds nothing. A row for each would cost more than finding it. Names hold no control characters. */
const heldBy = (user: RawBuilder<unknown>) =>
  sql`(select string_agg(role || case when scope = '' and "from" is null and "until" is null then ''
      else ${sql.lit("\t")} || scope || ${sql.lit("\t")} || coalesce("from", '') || ${sql.lit("\t")} || coalesce("until", '') end, ${sql.lit("\n")})
    from assignments where assignments."user" = ${user})`;

const revisionQuery = (db: Kysely<Tables>): CompiledQuery => sql`select revision, created_at from meta`.compile(db);

/** The revision and what somebody holds by one statement, and so of one moment. */
const heldQuery = (db: Kysely<Tables>): CompiledQuery =>
  sql`select revision, created_at, ${heldBy(sql`${""}`)} from meta`.compile(db);

/** The revision, and whether somebody who holds nothing is there at all. */
const namedQuery = (db: Kysely<Tables>): CompiledQuery =>
  sql`select revision, created_at, exists (select 1 from users where "user" = ${""}) from meta`.compile(db);

/** The revision and, of those who are there, what each holds; looking for somebody who is there costs each a step more. */
const manyQuery = (db: Kysely<Tables>, length: number): CompiledQuery =>
  sql`select meta.revision, created_at, users."user", ${heldBy(sql`users."user"`)} from meta
    left join users on users."user" in (${sql.join(Array.from({ length }, () => ""))})`.compile(db);
