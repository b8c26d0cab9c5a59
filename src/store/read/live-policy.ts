/** A compiled policy over an open database, for a process that asks for long: every answer is of what stands when it is asked. */

import { type CompiledQuery, type Kysely, sql } from "kysely";
import { UnknownName } from "../../errors.ts";
import { CompiledPolicy, type Verdict } from "../../policy/compiled/compiled-policy.ts";
import type { Question } from "../../policy/evaluate/decide.ts";
import type { HeldAssignment } from "../../policy/model/policy.ts";
import { head, parseChange } from "../audit/entries.ts";
import { connect } from "../connect.ts";
import type { Connection, Prepared } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import { checkVersion } from "../engine/migrations.ts";
import type { Tables } from "../engine/tables.ts";
import { type Assignments, type CurrentRevision, RevisionReader } from "./current-revision.ts";
import { hasAssignments, loadCompiled } from "./load-compiled.ts";
import { withSuggestions } from "./suggestions.ts";

export type LiveVerdict = Verdict & { readonly revision: number };

/** A question that waits for the next look, and whoever asked it. */
interface Waiting {
  readonly question: Question;
  readonly resolve: (answer: LiveVerdict | Promise<LiveVerdict>) => void;
  readonly reject: (error: unknown) => void;
}

/** The entries that are caught up with at a time. */
const PAGE = 10_000;

export class LivePolicy {
  readonly #connection: Connection;
  readonly #looks: RevisionReader;
  readonly #entries: Prepared;
  readonly #holdsPeople: boolean;
  #policy = new CompiledPolicy({ people: false });
  #revision = -1;
  /** When the database was made that the policy is of. */
  #made = "";
  #seq = 0;
  #waiting: Waiting[] = [];
  #isServing = false;

  private constructor(connection: Connection, looks: RevisionReader, assignments: Assignments) {
    this.#connection = connection;
    this.#looks = looks;
    this.#entries = connection.prepare(entriesQuery(connection.db));
    this.#holdsPeople = assignments === "memory";
  }

  /**
   * Compiles the policy of a database, over a connection of its own: what another connection has written and not committed is
   * never seen.
   * @param assignments in memory where there are at most a million, if it is not said.
   * @throws RbacError (exit 4) when the database is missing, not ours, or of another version.
   */
  static async open(url: string, assignments?: Assignments): Promise<LivePolicy> {
    return LivePolicy.over(await connect(url, "read"), assignments);
  }

  /** The same over a connection that nobody else uses, and that is closed with it. */
  static async over(connection: Connection, assignments?: Assignments): Promise<LivePolicy> {
    const { db } = connection;
    try {
      await checkVersion(db);
      const where = assignments ?? ((await hasAssignments(db, MANY)) ? "demand" : "memory");
      const live = new LivePolicy(connection, await RevisionReader.over(connection, where), where);
      await live.#load();
      return live;
    } catch (error) {
      await connection.close();
      throw translate(connection.name, error);
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /**
   * Answers by the revision that stands: a statement tells it, and where it has moved the entries since are applied first. Another
   * database in the old one's place is compiled anew. A database in this process answers at once.
   * @throws UnknownName (exit 2), RbacError (exit 4), both as rejections.
   */
  answer(question: Question): LiveVerdict | Promise<LiveVerdict> {
    if (!this.#isServing && this.#looks.isAtOnce) {
      try {
        const { revision, made, held } = this.#looks.one(question.user);
        if (revision === this.#revision && made === this.#made) return this.#decided(question, held);
      } catch (error) {
        return this.#refused(error);
      }
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      if (!this.#isServing) this.#serve();
    });
  }

  /**
   * Takes one look after the other for whoever waits. Each begins when all it serves have asked: a look that was under way already
   * may be of a moment before the question. While the policy is brought up to date nobody looks, for that is inside a transaction.
   */
  async #serve(): Promise<void> {
    this.#isServing = true;
    await undefined; // What is asked in the same breath shares the first look.
    while (this.#waiting.length > 0) {
      const { burst, users } = this.#nextBurst();
      try {
        const { held, ...standing } = await this.#looks.many(users);
        await this.#bringTo(standing);
        // Compiled anew, it may be of a later moment than the look.
        if (!this.#isOf(standing) && !this.#holdsPeople) this.#waiting.unshift(...burst);
        else for (const one of burst) this.#tell(one, held.get(one.question.user ?? ""));
      } catch (error) {
        for (const { reject } of burst) reject(translate(this.#connection.name, error));
      }
    }
    this.#isServing = false;
  }

  /** Those who wait longest, with as many users as one look can be for. */
  #nextBurst(): { burst: readonly Waiting[]; users: readonly string[] } {
    const users = new Set<string>();
    let count = 0;
    for (const { question } of this.#waiting) {
      if (question.user !== null && users.size === this.#looks.most && !users.has(question.user)) break;
      if (question.user !== null) users.add(question.user);
      count += 1;
    }
    return { burst: this.#waiting.splice(0, count), users: [...users] };
  }

  #tell({ question, resolve }: Waiting, held: readonly HeldAssignment[] | undefined): void {
    try {
      resolve(this.#decided(question, held));
    } catch (error) {
      resolve(this.#refused(error));
    }
  }

  #decided(question: Question, held: readonly HeldAssignment[] | undefined): LiveVerdict {
    const { allowed, reason } = this.#policy.answer(question, held);
    return { allowed, reason, revision: this.#revision };
  }

  async #refused(error: unknown): Promise<never> {
    const known = error instanceof UnknownName ? await withSuggestions(this.#connection.db, error) : error;
    throw translate(this.#connection.name, known);
  }

  #isOf({ revision, made }: CurrentRevision): boolean {
    return revision === this.#revision && made === this.#made;
  }

  /** Brings the policy to what was seen to stand. A revision that entries do not lead to is of another record. */
  async #bringTo(standing: CurrentRevision): Promise<void> {
    if (standing.made === this.#made && standing.revision > this.#revision) await this.#catchUp(standing.revision);
    if (!this.#isOf(standing)) await this.#load();
  }

  /**
   * Applies the entries since, up to a revision: what users hold is of that one. The record only grows, and what is committed ends with a
   * whole revision: pages need no transaction.
   */
  async #catchUp(revision: number): Promise<void> {
    for (;;) {
      const page = await this.#entries(this.#seq);
      const due = page.filter((entry) => Number(entry[1]) <= revision);
      this.#policy.apply(due.map(([seq, , change]) => parseChange({ seq: Number(seq), change: String(change) })));
      const last = due.at(-1);
      if (last) [this.#seq, this.#revision] = [Number(last[0]), Number(last[1])];
      if (due.length < PAGE) return;
    }
  }

  /** Compiles the policy as it stands, all of one moment. */
  async #load(): Promise<void> {
    const { db, prepare } = this.#connection;
    // SQLite knows no levels: there every transaction is of one moment.
    const transaction = db.transaction().setIsolationLevel("repeatable read");
    await transaction.execute(async (trx) => {
      const { revision, created_at: made } = await trx
        .selectFrom("meta")
        .select(["revision", "created_at"])
        .executeTakeFirstOrThrow();
      const { seq } = await head(trx);
      this.#policy = await loadCompiled({ db: trx, prepare }, this.#holdsPeople);
      [this.#revision, this.#made, this.#seq] = [revision, made, seq];
    });
  }
}

/** Above so many assignments, memory is kept for other things: a million take about 100 MB. */
const MANY = 1_000_000;

const entriesQuery = (db: Kysely<Tables>): CompiledQuery =>
  sql`select seq, revision, change from entries where seq > ${0} order by seq limit ${sql.lit(PAGE)}`.compile(db);
