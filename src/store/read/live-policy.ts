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
import { refusedStrangers } from "./strangers.ts";
import { withSuggestions } from "./suggestions.ts";
import { type Held, Unanswered, type Waiting, WaitingQuestions } from "./waiting-questions.ts";

type AllAnswered = AtRevision<{ answers: (LiveVerdict | Unanswered)[] }>;

/** Strangers who may not be asked about, as of a revision. */
type Refused = AtRevision<{ errors: ReadonlyMap<string, unknown> }>;

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

  /** Asks what came before this, by one look at a database in this process. @param ask waits for nothing */
  together(ask: () => void): void {
    this.#revisionReader.together(ask);
  }

  /**
   * Answers many questions, all as of one revision, which one statement reads.
   * @param refused the strangers that were looked up, and may not be asked about
   * @returns the answers in the order of the questions, or what is wrong with each that has none
   * @throws RbacError (exit 4), as a rejection.
   */
  answerAll(questions: readonly LiveQuestion[], refused?: Refused): Promise<AllAnswered> {
    return new Promise((resolve, reject) => {
      const users = [...new Set(questions.flatMap(({ user }) => user ?? []))];
      this.#wait({ users, settle: (held) => resolve(this.#decideAll(questions, held, refused)), reject });
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

  get followed(): Pick<FollowedPolicy, "hasPermission" | "moves"> {
    return this.#policy;
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

  #decideAll(
    questions: readonly LiveQuestion[],
    held: Held,
    refused: Refused | undefined,
  ): AllAnswered | Promise<AllAnswered> {
    const { revision } = this.#policy;
    const known = refused?.revision === revision ? refused.errors : undefined;
    const strangers = new Set<string>();
    const answers = questions.map((question) => {
      try {
        return this.#policy.decide(question, held.get(question.user ?? ""));
      } catch (error) {
        const name = this.#policy.strangerIn(question, error);
        const refusal = name === undefined ? error : known?.get(name);
        if (name !== undefined && refusal === undefined) strangers.add(name);
        return new Unanswered(refusal);
      }
    });
    if (strangers.size === 0) return { revision, answers };
    return this.#admit([...strangers]).then((more) =>
      this.answerAll(questions, more && { revision, errors: new Map([...(known ?? []), ...more]) }),
    );
  }

  /** Answers to an unknown user as a stranger, where these are admitted (rule 30); rejects with any other error. */
  async #answerUnknown(question: LiveQuestion, error: unknown): Promise<LiveVerdict> {
    const name = this.#policy.strangerIn(question, error);
    const refusal = name === undefined ? error : (await this.#admit([name]))?.get(name);
    if (refusal) throw await this.leaving(refusal);
    return this.answer(question);
  }

  /**
   * Keeps names as those of strangers, unless the revision moved while they were looked up.
   * @returns the errors of those that no stranger may have; `undefined` if it moved
   */
  async #admit(names: readonly string[]): Promise<ReadonlyMap<string, unknown> | undefined> {
    // Not in a transaction: other questions, which must see the present, would be read in it.
    const before = await inTurn(currentOf(this.#reads));
    const refused = await refusedStrangers(this.#reads, names);
    const after = await inTurn(currentOf(this.#reads));
    if (!this.#policy.isAt(before) || !this.#policy.isAt(after)) return undefined;
    this.#policy.keepStrangers(names.filter((name) => !refused.has(name)));
    return refused;
  }

  /** An error as it leaves, with suggestions for an unknown name: each costs a search. */
  async leaving(error: unknown): Promise<unknown> {
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
