/** Reads the current revision, and what users are assigned at it, before a live policy answers. */
import { type CompiledQuery, type Expression, type Kysely, sql } from "kysely";
import type { HeldAssignment } from "../../policy/model/policy.ts";
import type { Connection, Prepared } from "../engine/connection.ts";
import type { Tables } from "../engine/tables.ts";
import { type ReadRows, runningBy, type Steps } from "../sql/steps.ts";

/** Whether all assignments are in memory, or read with each question. */
export type Assignments = "memory" | "demand";

/** A revision and its database: another database may have replaced the one that was compiled. */
export interface CurrentRevision {
  readonly revision: number;
  /** When the database was created. */
  readonly createdAt: string;
  /** The hash of the last entry, which chains all before it: a restore gives its number to another policy. */
  readonly hash: string;
}

export const isSameRevision = (a: CurrentRevision, b: CurrentRevision): boolean =>
  a.revision === b.revision && a.createdAt === b.createdAt && a.hash === b.hash;

/** A revision, and what a user is assigned; `undefined` for an unknown user, or if assignments are in memory. */
export interface CurrentHoldings extends CurrentRevision {
  readonly held: readonly HeldAssignment[] | undefined;
}

/** A revision, and what many users are assigned; unknown users are left out. */
export interface CurrentHoldingsOfMany extends CurrentRevision {
  readonly held: ReadonlyMap<string, readonly HeldAssignment[]>;
}

/** Each read is of one snapshot, taken after the call. */
export class RevisionReader {
  readonly #connection: Pick<Connection, "db" | "prepare">;
  readonly #onDemand: boolean;
  readonly #revision: Prepared;
  readonly #heldByUser: Prepared;
  readonly #exists: Prepared;
  /** A statement for each length of list. */
  readonly #heldByUsers = new Map<number, Prepared>();
  #isSynchronous = false;
  #isTogether = false;
  /** The first look of what is asked together. */
  #looked: CurrentHoldings | undefined;

  constructor(connection: Pick<Connection, "db" | "prepare">, assignments: Assignments) {
    this.#connection = connection;
    this.#onDemand = assignments === "demand";
    const { db, prepare } = connection;
    this.#revision = prepare(currentRevision(db).compile());
    this.#heldByUser = prepare(heldQuery(db));
    this.#exists = prepare(existsQuery(db));
  }

  /** Prepares the statements, and finds out whether the database answers synchronously. */
  static async create(
    connection: Pick<Connection, "db" | "prepare">,
    assignments: Assignments,
  ): Promise<RevisionReader> {
    const reader = new RevisionReader(connection, assignments);
    const first = reader.#revision();
    reader.#isSynchronous = !(first instanceof Promise);
    await first;
    return reader;
  }

  /** True for a database in this process; only then may `readOne` be used. Else each read is a network round trip. */
  get isSynchronous(): boolean {
    return this.#isSynchronous;
  }

  /** The most users whose questions are put together for one `readMany`. */
  get maxUsers(): number {
    return this.#onDemand ? MAX_USERS : Number.POSITIVE_INFINITY;
  }

  /** Reads for one user, without a promise: only where `isSynchronous`. */
  readOne(user: string | null): CurrentHoldings {
    if (!this.#onDemand || user === null) return this.#looked ?? this.#look();
    const rows = this.#heldByUser(user) as ReadRows;
    const held = rows[0]?.[HELD];
    if (typeof held === "string") return currentFrom(rows, parseHeld(held));
    const exists = this.#exists(user) as ReadRows;
    return currentFrom(exists, exists[0]?.[HELD] ? [] : undefined);
  }

  /**
   * Calls what asks some questions that all were asked before: the first look at the revision counts for each of them,
   * since whatever was committed before one of them was asked is committed by then.
   * @param ask waits for nothing: what came in meanwhile would be a question of later
   */
  together(ask: () => void): void {
    this.#isTogether = true;
    try {
      ask();
    } finally {
      this.#isTogether = false;
      this.#looked = undefined;
    }
  }

  #look(): CurrentHoldings {
    const current = currentFrom(this.#revision() as ReadRows, undefined);
    if (this.#isTogether) this.#looked = current;
    return current;
  }

  /** Reads for many users, by one statement for some 16,000. @param users without duplicates */
  async readMany(users: readonly string[]): Promise<CurrentHoldingsOfMany> {
    const held = new Map<string, readonly HeldAssignment[]>();
    if (!this.#onDemand || users.length === 0) return currentFrom(await this.#revision(), held);
    const reads: CurrentRevision[] = [];
    for (let at = 0; at < users.length; at += MAX_IN_STATEMENT) {
      const some = users.slice(at, at + MAX_IN_STATEMENT);
      const rows = await this.#statementFor(some.length)(...padded(some));
      for (const [, , , user, text] of rows)
        if (typeof user === "string") held.set(user, typeof text === "string" ? parseHeld(text) : []);
      reads.push(currentFrom(rows, undefined));
    }
    const first = reads[0] as CurrentRevision;
    // Of several revisions nothing can be answered: all is read again.
    return reads.every((read) => isSameRevision(read, first)) ? { ...first, held } : this.readMany(users);
  }

  #statementFor(count: number): Prepared {
    const length = lengthFor(count);
    const { db, prepare } = this.#connection;
    const statement = this.#heldByUsers.get(length) ?? prepare(manyQuery(db, length));
    this.#heldByUsers.set(length, statement);
    return statement;
  }
}

const MAX_USERS = 256;
/** A power of two below the limit of 32,766 parameters in a statement. */
const MAX_IN_STATEMENT = 16_384;

/** Lists are padded to powers of two, so that a database sees few statement texts. */
const lengthFor = (count: number): number => 2 ** Math.ceil(Math.log2(count));

const padded = (users: readonly string[]): string[] =>
  Array.from({ length: lengthFor(users.length) }, (_, at) => users[at] ?? (users[0] as string));

/** The column behind those of the revision. */
const HELD = 3;

/** A revision from the row of `currentRevision`, and what is held at it. */
const currentFrom = <Holdings>([first = []]: ReadRows, held: Holdings) => ({
  revision: Number(first[0]),
  createdAt: String(first[1]),
  hash: String(first[2] ?? ""),
  held,
});

/** Parses the result of `heldText`. */
const parseHeld = (text: string): HeldAssignment[] =>
  text.split("\n").map((line) => {
    if (!line.includes("\t")) return { role: line, scope: null, from: null, until: null };
    const [role = "", scope, from, until] = line.split("\t");
    return { role, scope: scope || null, from: from || null, until: until || null };
  });

/**
 * The assignments of a user as one text, null if there are none. Each is a line: the role and, unless scope and window
 * are empty, these behind tabs. A row for each would cost more than finding it. Names hold no control characters.
 * As text, since kysely's builders would say this expression in three times as many lines.
 */
const heldText = (user: Expression<unknown>) => {
  const tab = sql.lit("\t");
  return sql<
    string | null
  >`(select string_agg(role || case when scope = '' and "from" is null and "until" is null then ''
      else ${tab} || scope || ${tab} || coalesce("from", '') || ${tab} || coalesce("until", '') end, ${sql.lit("\n")})
    from assignments where assignments."user" = ${user})`;
};

/** Reads the current revision. */
export function* currentOf(reads: Pick<Connection, "db" | "prepare">): Steps<CurrentRevision> {
  return currentFrom(yield runningBy(reads)(currentRevision(reads.db).compile()), undefined);
}

const currentRevision = (db: Kysely<Tables>) =>
  db.selectFrom("meta").select((eb) => [
    "meta.revision",
    "created_at",
    eb
      .selectFrom("entries")
      .select("hash")
      .where("seq", "=", (entries) => entries.selectFrom("entries").select(({ fn }) => fn.max("seq").as("last")))
      .as("hash"),
  ]);

/** The revision and a user's assignments, in one statement and so of one snapshot. */
const heldQuery = (db: Kysely<Tables>): CompiledQuery =>
  currentRevision(db)
    .select(heldText(sql.val("")).as("held"))
    .compile();

/** The revision, and whether a user without assignments exists at all. */
const existsQuery = (db: Kysely<Tables>): CompiledQuery =>
  currentRevision(db)
    .select((eb) => eb.exists(eb.selectFrom("users").select("user").where("user", "=", "")).as("found"))
    .compile();

/** The revision, and the assignments of each user who exists; checking that they exist costs one step more for each. */
const manyQuery = (db: Kysely<Tables>, length: number): CompiledQuery => {
  const users = Array.from({ length }, () => "");
  return currentRevision(db)
    .leftJoin("users", (join) => join.on("users.user", "in", users))
    .select((eb) => ["users.user", heldText(eb.ref("users.user")).as("held")])
    .compile();
};
