/** A compiled policy over an open database, for a process that asks for long: every answer is of what stands when it is asked. */
import { type CompiledQuery, type Kysely, sql } from "kysely";
import { UnknownName } from "../errors.ts";
import { type Answer, CompiledPolicy, type Held } from "../policy/compiled.ts";
import type { Question } from "../policy/decide.ts";
import { compiled, hasAssignments } from "./compile.ts";
import { type Connection, connect, type Prepared, translate } from "./connect.ts";
import { changeIn, head } from "./entries.ts";
import { withSuggestions } from "./judge.ts";
import { checkVersion } from "./migrations.ts";
import type { Column, Tables } from "./tables.ts";

/** Where assignments are: all in memory, or read with each question. */
export type Assignments = "memory" | "demand";

export type LiveAnswer = Answer & { readonly revision: number };

/** The entries that are caught up with at a time. */
const PAGE = 10_000;

export class Live {
  readonly #connection: Connection;
  readonly #url: string;
  readonly #assignments: Assignments;
  readonly #asked: Prepared;
  readonly #named: Prepared;
  readonly #entries: Prepared;
  #policy = new CompiledPolicy({ people: false });
  #revision = -1;
  #seq = 0;
  /** The catching up that is under way, which whoever asks meanwhile waits for. */
  #coming: Promise<void> | undefined;

  private constructor(connection: Connection, url: string, assignments: Assignments) {
    this.#connection = connection;
    this.#url = url;
    this.#assignments = assignments;
    const { db, prepare } = connection;
    this.#asked = prepare(assignments === "memory" ? revisionQuery(db) : heldQuery(db));
    this.#named = prepare(namedQuery(db));
    this.#entries = prepare(entriesQuery(db));
  }

  /**
   * Compiles the policy of a database, over a connection of its own: what another connection has written and not committed is
   * never seen.
   * @param assignments in memory where there are at most a million, if it is not said.
   * @throws RbacError (exit 4) when the database is missing, not ours, or of another version.
   */
  static async open(url: string, assignments?: Assignments): Promise<Live> {
    const connection = connect(url, "read");
    try {
      await checkVersion(connection.db);
      const live = new Live(
        connection,
        url,
        assignments ?? ((await hasAssignments(connection.db, MANY)) ? "demand" : "memory"),
      );
      await live.#load();
      return live;
    } catch (error) {
      await connection.close();
      throw translate(url, error);
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /**
   * Answers by the revision that stands: a statement tells it, and where it has moved the entries since are applied first. One that has
   * gone back is of another database in the old one's place, which is compiled anew. @throws UnknownName (exit 2), RbacError (exit 4).
   */
  async answer(question: Question): Promise<LiveAnswer> {
    try {
      for (;;) {
        if (this.#coming) await this.#coming;
        const known = this.#revision;
        const { revision, held } = await this.#look(question.user);
        if (revision === this.#revision) {
          const { allowed, reason } = this.#policy.answer(question, held);
          return { allowed, reason, revision };
        }
        this.#coming ??= (revision < known ? this.#load() : this.#catchUp()).finally(() => {
          this.#coming = undefined;
        });
      }
    } catch (error) {
      const known = error instanceof UnknownName ? await withSuggestions(this.#connection.db, error) : error;
      throw translate(this.#url, known);
    }
  }

  /** The revision that stands, and what a user holds there; `undefined` for one who is not there, or where it is held in memory. */
  async #look(user: string | null): Promise<{ revision: number; held: Iterable<Held> | undefined }> {
    if (this.#assignments === "memory") return { revision: Number((await this.#asked())[0]?.[0]), held: undefined };
    const rows = await this.#asked(user);
    if (typeof rows[0]?.[1] === "string") return { revision: Number(rows[0][0]), held: rows.map(heldIn) };
    const [named] = await this.#named(user);
    return { revision: Number(named?.[0]), held: named?.[1] ? [] : undefined };
  }

  /** Applies the entries since. The record only grows, and what is committed ends with a whole revision: pages need no transaction. */
  async #catchUp(): Promise<void> {
    for (;;) {
      const page = await this.#entries(this.#seq);
      this.#policy.apply(page.map(([seq, , change]) => changeIn({ seq: Number(seq), change: String(change) })));
      const last = page.at(-1);
      if (last) [this.#seq, this.#revision] = [Number(last[0]), Number(last[1])];
      if (page.length < PAGE) return;
    }
  }

  /** Compiles the policy as it stands, all of one moment. */
  async #load(): Promise<void> {
    await this.#connection.db.transaction().execute(async (trx) => {
      const { revision } = await trx.selectFrom("meta").select("revision").executeTakeFirstOrThrow();
      const { seq } = await head(trx);
      this.#policy = await compiled({ db: trx, prepare: this.#connection.prepare }, this.#assignments === "memory");
      [this.#revision, this.#seq] = [revision, seq];
    });
  }
}

const heldIn = ([, role, scope, from, until]: readonly Column[]): Held => ({
  role: String(role),
  scope: text(scope),
  from: text(from),
  until: text(until),
});

/** Above so many assignments, memory is kept for other things: a million take about 100 MB. */
const MANY = 1_000_000;

const text = (column: Column | undefined): string | null => (column ? String(column) : null);

const revisionQuery = (db: Kysely<Tables>): CompiledQuery => sql`select revision from meta`.compile(db);

/** The revision and what somebody holds by one statement, and so of one moment. */
const heldQuery = (db: Kysely<Tables>): CompiledQuery =>
  sql`select meta.revision, held.role, held.scope, held."from", held."until" from meta
    left join assignments as held on held."user" = ${""}`.compile(db);

/** The revision, and whether somebody who holds nothing is there at all. */
const namedQuery = (db: Kysely<Tables>): CompiledQuery =>
  sql`select revision, exists (select 1 from users where "user" = ${""}) from meta`.compile(db);

const entriesQuery = (db: Kysely<Tables>): CompiledQuery =>
  sql`select seq, revision, change from entries where seq > ${0} order by seq limit ${sql.lit(PAGE)}`.compile(db);
