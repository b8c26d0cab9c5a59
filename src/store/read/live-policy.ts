/**
 * A compiled policy that follows its database, for a long-running process: every answer is of the revision that is
 * current when the question is asked.
 */
import type { AtRevision } from "../../policy/model/results.ts";
import { connect } from "../connect.ts";
import type { Connection } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import { checkVersion } from "../engine/migrations.ts";
import { inTurn } from "../sql/steps.ts";
import { AnswersAtOnce } from "./answers-at-once.ts";
import { type Assignments, type CurrentRevision, currentOf, RevisionReader } from "./current-revision.ts";
import { FollowedPolicy, type LiveQuestion, type LiveVerdict } from "./followed-policy.ts";
import { hasAssignments } from "./load-compiled.ts";
import { sharedReads } from "./shared-reads.ts";
import { refusingStranger } from "./strangers.ts";
import { withSuggestions } from "./suggestions.ts";
import { type Held, type Waiting, WaitingQuestions } from "./waiting-questions.ts";

/** What is wrong with a question among others, and which it is, counted from 0. */
interface WrongQuestion {
  readonly place: number;
  readonly error: unknown;
}

type AllAnswered = AtRevision<{ answers: LiveVerdict[] }> | WrongQuestion;

type Reads = Pick<Connection, "db" | "prepare">;

export class LivePolicy {
  readonly #connection: Connection;
  readonly #reads: Reads;
  readonly #revisionReader: RevisionReader;
  readonly #assignments: Assignments;
  readonly #policy: FollowedPolicy;
  #atOnce: AnswersAtOnce | undefined;
  readonly #waiting = new WaitingQuestions();
  #isServing = false;

  private constructor(connection: Connection, reads: Reads, reader: RevisionReader, assignments: Assignments) {
    this.#connection = connection;
    this.#reads = reads;
    this.#revisionReader = reader;
    this.#assignments = assignments;
    this.#policy = new FollowedPolicy(assignments === "memory");
  }

  /**
   * Compiles the policy of a database, over a connection of its own, on which uncommitted changes of other connections
   * are never visible.
   * @param assignments if left out, they are read on demand from a million on, else in memory
   * @throws RbacError (exit 4) when the database is missing, not of rbac, or of another version.
   */
  static async open(url: string, assignments?: Assignments): Promise<LivePolicy> {
    return LivePolicy.overConnection(await connect(url, "read"), assignments);
  }

  /** Like `open`, over a connection that stays open and that others use: that of a database in memory. */
  static overShared(connection: Connection, assignments?: Assignments): Promise<LivePolicy> {
    return LivePolicy.overConnection({ ...connection, close: async () => {} }, assignments, sharedReads(connection));
  }

  /** Like `open`, over a connection that nothing else uses; `close` closes it, and so does an error here. */
  static async overConnection(
    connection: Connection,
    assignments?: Assignments,
    reads: Reads = connection,
  ): Promise<LivePolicy> {
    try {
      await checkVersion(connection);
      const where = assignments ?? ((await hasAssignments(connection.db, MAX_IN_MEMORY)) ? "demand" : "memory");
      const live = new LivePolicy(connection, reads, await RevisionReader.create(reads, where), where);
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

  /** From now on answers say where they come from. @param traces which do @returns what knows where the policy is */
  async traceAnswers(traces: (allowed: boolean) => boolean): Promise<Pick<FollowedPolicy, "revision" | "databaseId">> {
    await inTurn(this.#policy.traceAnswers(this.#reads, traces));
    return this.#policy;
  }

  /**
   * Answers as of the current revision: one statement reads it, and if it has moved, the entries since are applied
   * first. A database that has replaced the old one is compiled again. A database in this process answers without a
   * promise.
   * @throws UnknownName (exit 2), RbacError (exit 4), both as rejections.
   */
  answer(question: LiveQuestion): LiveVerdict | Promise<LiveVerdict> {
    if (!this.#isServing && this.#revisionReader.isSynchronous) {
      try {
        const current = this.#revisionReader.readOne(question.user);
        if (this.#policy.isAt(current)) return this.#policy.decide(question, current.held);
      } catch (error) {
        return this.#answerUnknown(question, error);
      }
    }
    return new Promise((resolve, reject) => {
      const settle = (held: Held) => {
        try {
          resolve(this.#policy.decide(question, held.get(question.user ?? "")));
        } catch (error) {
          resolve(this.#answerUnknown(question, error));
        }
      };
      this.#wait({ users: question.user === null ? [] : [question.user], settle, reject });
    });
  }

  /**
   * Answers many questions, all as of one revision, which one statement reads.
   * @returns the answers in the order of the questions, or what is wrong with the first that has none
   * @throws RbacError (exit 4), as a rejection.
   */
  answerAll(questions: readonly LiveQuestion[]): Promise<AllAnswered> {
    return new Promise((resolve, reject) => {
      const users = [...new Set(questions.flatMap(({ user }) => user ?? []))];
      this.#wait({ users, settle: (held) => resolve(this.#decideAll(questions, held)), reject });
    });
  }

  /**
   * Like `answer`, without a promise; what others committed is applied at once.
   * @throws RbacError `NOT_AT_ONCE` (exit 2) for a database on a server; UnknownName (exit 2), RbacError (exit 4).
   */
  answerAtOnce(question: LiveQuestion): LiveVerdict {
    this.#atOnce ??= new AnswersAtOnce(this.#connection, this.#policy, this.#assignments);
    return this.#atOnce.answer(question);
  }

  #wait(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (!this.#isServing) this.#serve();
  }

  /**
   * Answers waiting questions in batches. A batch reads the revision only after its last question was asked: reusing a
   * read in flight could miss a revocation. Nothing is read while the policy is updated, for that is in a transaction.
   */
  async #serve(): Promise<void> {
    this.#isServing = true;
    await undefined; // Questions asked in the same tick share the first batch.
    while (!this.#waiting.isEmpty) {
      const { batch, users } = this.#waiting.next(this.#revisionReader.maxUsers);
      try {
        const { moves } = this.#policy;
        const { held, ...current } = await this.#revisionReader.readMany(users);
        const isMoved = this.#policy.moves !== moves; // By an answer at once: what was read may be of the past.
        if (!isMoved) await this.#updateTo(current);
        // A policy that was compiled again may be newer than the assignments read: then the batch is repeated.
        const isNewer = !this.#policy.isAt(current) && this.#assignments === "demand";
        if (isMoved || isNewer) this.#waiting.putBack(batch);
        else for (const waiting of batch) waiting.settle(held);
      } catch (error) {
        for (const { reject } of batch) reject(translate(this.#connection.name, error));
      }
    }
    this.#isServing = false;
  }

  #decideAll(questions: readonly LiveQuestion[], held: Held): AllAnswered | Promise<AllAnswered> {
    const answers: LiveVerdict[] = [];
    const unknown = new Map<string, number>();
    for (const [place, question] of questions.entries()) {
      try {
        answers.push(this.#policy.decide(question, held.get(question.user ?? "")));
      } catch (error) {
        const name = this.#policy.strangerIn(question, error);
        if (name === undefined) return this.#answerAllUnknown(questions, unknown, { place, error });
        if (!unknown.has(name)) unknown.set(name, place);
      }
    }
    if (unknown.size === 0) return { revision: this.#policy.revision, answers };
    return this.#answerAllUnknown(questions, unknown);
  }

  /** @param unknown the names that strangers may have, with the first places @param fault of a question behind those */
  async #answerAllUnknown(
    questions: readonly LiveQuestion[],
    unknown: ReadonlyMap<string, number>,
    fault?: WrongQuestion,
  ): Promise<AllAnswered> {
    const refused = unknown.size === 0 ? undefined : await this.#admit([...unknown.keys()]);
    if (refused) return { place: unknown.get(refused.name) ?? 0, error: refused.error };
    return fault ? { ...fault, error: await this.#leaving(fault.error) } : this.answerAll(questions);
  }

  /** Answers to an unknown user as a stranger, where these are admitted (rule 30); rejects with any other error. */
  async #answerUnknown(question: LiveQuestion, error: unknown): Promise<LiveVerdict> {
    const name = this.#policy.strangerIn(question, error);
    const refused = name === undefined ? { error } : await this.#admit([name]);
    if (refused) throw await this.#leaving(refused.error);
    return this.answer(question);
  }

  /**
   * Keeps names as those of strangers, unless the revision moved while they were looked up.
   * @returns the first that no stranger may have, with its error
   */
  async #admit(names: readonly string[]): Promise<{ name: string; error: unknown } | undefined> {
    // Not in a transaction: other questions, which must see the present, would be read in it.
    const before = await inTurn(currentOf(this.#reads));
    const refusals: { name: string; error: unknown }[] = [];
    for (const name of names) {
      const error = await inTurn(refusingStranger(this.#reads, name));
      if (error) refusals.push({ name, error });
      if (error) break;
    }
    const after = await inTurn(currentOf(this.#reads));
    if (!this.#policy.isAt(before) || !this.#policy.isAt(after)) return undefined;
    if (refusals.length === 0) this.#policy.keepStrangers(names);
    return refusals[0];
  }

  /** An error as it leaves. */
  async #leaving(error: unknown): Promise<unknown> {
    return translate(this.#connection.name, await withSuggestions(this.#connection.db, error));
  }

  /** Updates the policy to a revision that was read. If the entries do not lead there, it is of another record. */
  async #updateTo(current: CurrentRevision): Promise<void> {
    if (this.#policy.isAt(current)) return;
    if (this.#policy.isBefore(current)) await inTurn(this.#policy.catchUp(this.#reads, current.revision));
    if (!this.#policy.isAt(current)) await this.#load();
  }

  /** Compiles the current policy, from one snapshot. */
  async #load(): Promise<void> {
    const { db, prepare } = this.#connection;
    // SQLite has no isolation levels: there every transaction reads one snapshot.
    const transaction = db.transaction().setIsolationLevel("repeatable read");
    await transaction.execute((trx) => inTurn(this.#policy.load({ db: trx, prepare })));
  }
}

/** From this many assignments on, they are read on demand: a million would take about 100 MB. */
const MAX_IN_MEMORY = 1_000_000;
