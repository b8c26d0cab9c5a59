/**
 * A compiled policy that follows its database, for a long-running process: every answer is of the revision that is
 * current when the question is asked.
 */
import { UnknownName } from "../../errors.ts";
import { CompiledPolicy } from "../../policy/compiled/compiled-policy.ts";
import type { Verdict } from "../../policy/compiled/verdict.ts";
import type { Known, Question } from "../../policy/evaluate/decide.ts";
import { parseName } from "../../policy/model/names.ts";
import type { HeldAssignment } from "../../policy/model/policy.ts";
import { entryPages, head, parseChange } from "../audit/entries.ts";
import { connect } from "../connect.ts";
import type { Connection } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import { checkVersion } from "../engine/migrations.ts";
import {
  type Assignments,
  type CurrentRevision,
  currentOf,
  isSameRevision,
  RevisionReader,
} from "./current-revision.ts";
import { hasAssignments, loadCompiled } from "./load-compiled.ts";
import { Strangers } from "./strangers.ts";
import { withSuggestions } from "./suggestions.ts";

export type LiveVerdict = Verdict & { readonly known: Known; readonly revision: number };

/** A question that waits for the next batch. */
interface PendingQuestion {
  readonly question: Question;
  readonly resolve: (answer: LiveVerdict | Promise<LiveVerdict>) => void;
  readonly reject: (error: unknown) => void;
}

type Reads = Pick<Connection, "db" | "prepare">;

/** The reads of a connection that others use too: each waits until no transaction is open. */
function sharedReads({ db, prepare, outsideTransactions }: Connection): Reads {
  const prepareWaiting: Connection["prepare"] = (query) => {
    const run = prepare(query);
    return (...parameters) => outsideTransactions(async () => run(...parameters));
  };
  return { db, prepare: prepareWaiting };
}

const entriesAfter = (reads: Reads) =>
  entryPages(reads, ["seq", "revision", "change", "prev", "hash"], { pageSize: 10_000 });

export class LivePolicy {
  readonly #connection: Connection;
  readonly #revisionReader: RevisionReader;
  readonly #entriesAfter: ReturnType<typeof entriesAfter>;
  readonly #includesPeople: boolean;
  #policy = new CompiledPolicy({ people: false });
  #current: CurrentRevision = { revision: -1, createdAt: "", hash: "" };
  #seq = 0;
  #pending: PendingQuestion[] = [];
  #isServing = false;
  /** The names that are no users, and that strangers may have, at the current revision. */
  readonly #strangers = new Set<string>();

  private constructor(connection: Connection, reads: Reads, reader: RevisionReader, assignments: Assignments) {
    this.#connection = connection;
    this.#revisionReader = reader;
    this.#entriesAfter = entriesAfter(reads);
    this.#includesPeople = assignments === "memory";
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

  /**
   * Answers as of the current revision: one statement reads it, and if it has moved, the entries since are applied
   * first. A database that has replaced the old one is compiled again. A database in this process answers without a
   * promise.
   * @throws UnknownName (exit 2), RbacError (exit 4), both as rejections.
   */
  answer(question: Question): LiveVerdict | Promise<LiveVerdict> {
    if (!this.#isServing && this.#revisionReader.isSynchronous) {
      try {
        const current = this.#revisionReader.readOne(question.user);
        if (this.#isAt(current)) return this.#decide(question, current.held);
      } catch (error) {
        return this.#answerUnknown(question, error);
      }
    }
    return new Promise((resolve, reject) => {
      this.#pending.push({ question, resolve, reject });
      if (!this.#isServing) this.#serve();
    });
  }

  /**
   * Answers waiting questions in batches. A batch reads the revision only after its last question was asked: reusing a
   * read in flight could miss a revocation. Nothing is read while the policy is updated, for that is in a transaction.
   */
  async #serve(): Promise<void> {
    this.#isServing = true;
    await undefined; // Questions asked in the same tick share the first batch.
    while (this.#pending.length > 0) {
      const { batch, users } = this.#nextBatch();
      try {
        const { held, ...current } = await this.#revisionReader.readMany(users);
        await this.#updateTo(current);
        // A policy that was compiled again may be newer than the assignments read: then the batch is repeated.
        if (!this.#isAt(current) && !this.#includesPeople) this.#pending.unshift(...batch);
        else for (const pending of batch) this.#resolve(pending, held.get(pending.question.user ?? ""));
      } catch (error) {
        for (const { reject } of batch) reject(translate(this.#connection.name, error));
      }
    }
    this.#isServing = false;
  }

  /** Removes the questions that wait longest, up to the number of users that one read accepts. */
  #nextBatch(): { batch: readonly PendingQuestion[]; users: readonly string[] } {
    const users = new Set<string>();
    let count = 0;
    for (const { question } of this.#pending) {
      if (question.user !== null && users.size === this.#revisionReader.maxUsers && !users.has(question.user)) break;
      if (question.user !== null) users.add(question.user);
      count += 1;
    }
    return { batch: this.#pending.splice(0, count), users: [...users] };
  }

  #resolve({ question, resolve }: PendingQuestion, held: readonly HeldAssignment[] | undefined): void {
    try {
      resolve(this.#decide(question, held));
    } catch (error) {
      resolve(this.#answerUnknown(question, error));
    }
  }

  #decide(question: Question, held: readonly HeldAssignment[] | undefined): LiveVerdict {
    const stranger = this.#strangers.size > 0 && this.#strangers.has(question.user ?? "");
    const verdict = this.#policy.answer(stranger ? { ...question, stranger } : question, held);
    const { allowed, reason, except } = verdict;
    const known = question.user === null ? null : !stranger;
    const { revision } = this.#current;
    if (reason === "condition" || verdict.unless) return { ...verdict, known, revision };
    return { allowed, reason, except, known, revision }; // A spread would cost as much as the decision.
  }

  /** Answers to an unknown user as a stranger, if the policy admits them (rule 30); rejects with any other error. */
  async #answerUnknown(question: Question, error: unknown): Promise<LiveVerdict> {
    const isUnknownUser = error instanceof UnknownName && error.named === "user";
    if (!isUnknownUser || question.existing || !this.#policy.admitsStrangers) return this.#rejection(error);
    // A name that is not in its normal form may be that of a user.
    if (parseName(error.missing) !== error.missing) return this.#rejection(error);
    // Not in a transaction: other questions, which must see the present, would be read in it.
    const { db } = this.#connection;
    const before = await currentOf(db);
    const refusal = await new Strangers(this.#connection).refusal(error.missing, undefined);
    const after = await currentOf(db);
    if (!this.#isAt(before) || !this.#isAt(after)) return this.answer(question);
    if (refusal) return this.#rejection(refusal);
    if (this.#strangers.size >= MAX_STRANGERS) this.#strangers.clear();
    this.#strangers.add(error.missing);
    return this.answer(question);
  }

  async #rejection(error: unknown): Promise<never> {
    throw translate(this.#connection.name, await withSuggestions(this.#connection.db, error));
  }

  #isAt = (current: CurrentRevision): boolean => isSameRevision(current, this.#current);

  /** Updates the policy to a revision that was read. If the entries do not lead there, it is of another record. */
  async #updateTo(current: CurrentRevision): Promise<void> {
    if (this.#isAt(current)) return;
    try {
      const { revision, createdAt } = this.#current;
      if (current.createdAt === createdAt && current.revision > revision) await this.#catchUp(current.revision);
      if (!this.#isAt(current)) await this.#load();
    } finally {
      this.#strangers.clear(); // They were looked up at another revision.
    }
  }

  /**
   * Applies the entries up to a revision and not beyond, since the assignments were read at that revision; none that do
   * not continue the record of the policy. The pages need no transaction: committed entries end with a whole revision.
   */
  async #catchUp(revision: number): Promise<void> {
    for await (const page of this.#entriesAfter([this.#seq])) {
      if (page[0] && page[0][3] !== this.#current.hash) return;
      const due = page.filter(([, of]) => of <= revision);
      this.#policy.apply(due.map(([seq, , change]) => parseChange({ seq, change })));
      const last = due.at(-1);
      if (last) [this.#seq, this.#current] = [last[0], { ...this.#current, revision: last[1], hash: last[4] }];
      if (due.length < page.length) return;
    }
  }

  /** Compiles the current policy, from one snapshot. */
  async #load(): Promise<void> {
    const { db, prepare } = this.#connection;
    // SQLite has no isolation levels: there every transaction reads one snapshot.
    const transaction = db.transaction().setIsolationLevel("repeatable read");
    await transaction.execute(async (trx) => {
      const current = await currentOf(trx);
      const { seq } = await head(trx);
      this.#policy = await loadCompiled({ db: trx, prepare }, this.#includesPeople);
      [this.#current, this.#seq] = [current, seq];
    });
  }
}

/** The most names of strangers that are kept, each of which saves some look-ups. */
const MAX_STRANGERS = 10_000;

/** From this many assignments on, they are read on demand: a million would take about 100 MB. */
const MAX_IN_MEMORY = 1_000_000;
