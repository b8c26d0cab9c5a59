/** An open database: answers questions and applies mutations. The commands and the library both use it. */
import { type RbacError, UnknownName } from "../errors.ts";
import type { Verdict } from "../policy/compiled/verdict.ts";
import { everyRow, policyOfRows, rowReader, rowsOfPart } from "../policy/document/part-rows.ts";
import type { Comparison } from "../policy/evaluate/compare.ts";
import type { Decision, HasDecision, Question, RoleQuestion } from "../policy/evaluate/decide.ts";
import { decide, holds } from "../policy/evaluate/decide.ts";
import type { PermissionFilter } from "../policy/evaluate/list-filters.ts";
import { rowsForDecisions, rowsForHas } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import type { Asker } from "../policy/evaluate/walk.ts";
import type { Explanation } from "../policy/impact/advice.ts";
import { type Mutation, type NeededRows, WHOLE_POLICY } from "../policy/model/mutation.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { AtRevision, ChangeOutcome, DatabaseStatus, Stamp } from "../policy/model/results.ts";
import type { AnyRow, Kind } from "../policy/model/rows.ts";
import type { Scope } from "../policy/model/scopes.ts";
import type { Moment } from "../policy/model/times.ts";
import type { Part, RowsOfKind } from "../policy/part/part.ts";
import type { OnProgress } from "../progress.ts";
import { IN_MEMORY } from "../store/engine/connection.ts";
import type { Assignments } from "../store/read/current-revision.ts";
import type { LivePolicy } from "../store/read/live-policy.ts";
import type { PastRevision } from "../store/read/policy-at.ts";
import { resolveMoment } from "../store/read/resolve-at.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { Store } from "../store/store.ts";
import type { ChangeOptions } from "../store/write/check-change.ts";
import type { AccessFilter, AccessPage } from "./access.ts";
import { AuditRecord } from "./audit-record.ts";
import { type AskedQuestion, Batch, type BatchOptions } from "./batch.ts";
import { explain } from "./explain-decision.ts";
import { Lists } from "./lists.ts";
import { compareAskers, type HeldPermissions, permissionsHeld } from "./permissions.ts";
import { answerAskers } from "./strangers.ts";
import { joined, type UserPage, usersWhoCan, type WhoCanFilter } from "./who-can.ts";

export { IN_MEMORY };

export class Database {
  readonly #store: Store;
  /** The past revision that questions are answered at; the present when undefined. */
  readonly #past: PastRevision | undefined;

  constructor(store: Store, past?: PastRevision) {
    this.#store = store;
    this.#past = past;
  }

  /**
   * The database as it was at a time or a revision, and the time at which to judge windows. A future time is answered
   * by the present policy. @throws RbacError `REVISION_NOT_FOUND` (exit 2) for a revision that does not exist.
   */
  asOf(moment: Moment, now?: string): Promise<{ database: Database; at: string }> {
    return this.#store.read(async (reading) => {
      if ("at" in moment && now !== undefined && moment.at >= now) return { database: this, at: moment.at };
      const { at, revision } = await resolveMoment(reading, moment);
      return { database: new Database(this.#store, await reading.pastRevision(revision)), at };
    });
  }

  /** Opens an existing database. @throws RbacError (exit 4) if missing, no rbac database, or of another version. */
  static async open(url: string, mode: "read" | "glance" | "write"): Promise<Database> {
    return new Database(await Store.open(url, mode));
  }

  /** Creates a database. It appears only when `work` on it is done. @throws RbacError `DATABASE_EXISTS` (exit 3). */
  static async create<T>(path: string, now: string, work: (database: Database) => Promise<T>): Promise<T> {
    const { createDatabase } = await import("../store/create-or-replace.ts");
    return createDatabase(path, now, (store) => work(new Database(store)));
  }

  /** An empty database in memory, for trial runs. */
  static async scratch(now: string): Promise<Database> {
    return new Database(await Store.create(IN_MEMORY, now));
  }

  /** The name of the location of a URL in messages, and whether a database exists there. */
  static at(url: string): Promise<{ name: string; isThere: boolean }> {
    return Store.at(url);
  }

  get lists(): Lists {
    return new Lists(this);
  }

  get record(): AuditRecord {
    return new AuditRecord(this.#store);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Decides questions, all at one revision. @throws UnknownName (exit 2) for the first unknown name. */
  can(questions: readonly Question[]): Promise<AtRevision<{ decisions: Decision[] }>> {
    return answerAskers(this, questions, rowsForDecisions(questions), (policy, askers) => {
      const index = indexPolicy(policy);
      return { decisions: askers.map((question) => decide(index, question)) };
    });
  }

  /**
   * Like `can`, but an invalid question does not stop the others: its answer is the error.
   * @param now the time of questions that name none. Those at it or later are answered at the revision that is read.
   */
  batch<T extends AskedQuestion>(
    asked: readonly T[],
    now?: string,
  ): Promise<AtRevision<{ answered: WithAnswer<T>[] }>> {
    return this.read(async (reading) => {
      const answered = (await new Batch(reading, { now }).answer(asked)) as WithAnswer<T>[];
      return { revision: reading.revision, answered };
    });
  }

  /** Like `batch`, in parts, all at one revision. @param onAnswered called with each part once it is answered. */
  batches<T extends AskedQuestion>(
    parts: Iterable<readonly T[]>,
    options: BatchOptions,
    onAnswered: (answered: readonly (T & { answer: Decision | Verdict | RbacError })[]) => Promise<void>,
  ): Promise<void> {
    return this.read(async (reading) => {
      const batch = new Batch(reading, options);
      for (const part of parts) await onAnswered(await batch.answer(part));
    });
  }

  /** Decides whether users hold roles. @throws UnknownName (exit 2). */
  has(questions: readonly RoleQuestion[]): Promise<AtRevision<{ decisions: HasDecision[] }>> {
    return answerAskers(this, questions, rowsForHas(questions), (policy, askers) => {
      const index = indexPolicy(policy);
      return { decisions: askers.map((question) => holds(index, question)) };
    });
  }

  /** A decision with the entry behind each row of its evidence and, for a "no", the near misses. */
  why(question: Question): Promise<AtRevision<Explanation>> {
    return this.read(async (reading) => {
      const explained = await explain(reading, question);
      return { revision: reading.revision, ...explained };
    });
  }

  /** What an asker may do. @param on, resource only what holds on this scope, or is about this. @throws RbacError. */
  permissions(
    asker: Asker,
    on?: Scope,
    resource?: string,
    filter?: PermissionFilter & { readonly limit?: number | undefined },
  ): Promise<AtRevision<HeldPermissions>> {
    return permissionsHeld(this, { asker, on, resource }, filter);
  }

  /** What each of two may do and the other may not. @throws UnknownName (exit 2). */
  compare(left: Asker, right: Asker): Promise<AtRevision<Comparison>> {
    return compareAskers(this, left, right);
  }

  /** Who may do something somewhere, or on a scope; with `:own`, as the owner. @throws UnknownName (exit 2). */
  whoCan(permission: string, at: string, on?: Scope, filter?: WhoCanFilter): Promise<UserPage> {
    return joined(this.whoCanByPages(permission, at, on, filter));
  }

  /** Like `whoCan` in pages, all at one revision. A page is decided on request; there is at least one, maybe empty. */
  whoCanByPages(permission: string, at: string, on?: Scope, filter?: WhoCanFilter): AsyncIterable<UserPage> {
    return this.#store.stream((reading) => usersWhoCan(reading, permission, { at, on, ...filter }), this.#past);
  }

  /** All access in pages, all at one revision. A page is decided on request; there is at least one, maybe empty. */
  async *accessByPages(filter: AccessFilter): AsyncIterable<AccessPage> {
    const { accessPages } = await import("./access.ts");
    yield* this.#store.stream((reading) => accessPages(reading, filter), this.#past);
  }

  /**
   * Every row, in the order of an export; of a part its rows, and the names that these need. Present rows are streamed;
   * past rows are replayed and all in memory.
   * @throws UnknownName (exit 2) for a name that the part says and nothing has.
   */
  async *rows(part?: Part, onProgress?: OnProgress): AsyncIterable<readonly [Kind, AnyRow]> {
    const rows = (read: RowsOfKind) => (part ? rowsOfPart(part, read) : everyRow(read));
    yield* this.#past ? rows(rowReader((await this.policy(WHOLE_POLICY)).policy)) : this.#store.rows(rows, onProgress);
  }

  /** The policy; of a part what `rows` gives. */
  async documented(part?: Part, onProgress?: OnProgress): Promise<Policy> {
    return part ? policyOfRows(this.rows(part, onProgress)) : (await this.policy(WHOLE_POLICY)).policy;
  }

  /** Runs reads in one transaction, at one revision. */
  read<T>(work: (reading: TransactionReads) => Promise<T>): Promise<T> {
    return this.#store.read(work, this.#past);
  }

  /** What `use` makes of the present and of the tables to JOIN. */
  get joining(): Store["joining"] {
    return this.#store.joining.bind(this.#store);
  }

  /** What `answer` makes of needed rows, and their revision. An unknown name that it throws gets the nearest names. */
  answer<T>(needed: NeededRows, answer: (policy: Policy) => T): Promise<AtRevision<T>> {
    const withRevision = (policy: Policy, revision: number) => ({ revision, ...answer(policy) });
    if (this.#past === undefined) return this.#store.answer(needed, withRevision);
    return this.read(async (reading) => withRevision(await reading.load(needed), reading.revision));
  }

  /** Needed rows of the policy. */
  policy(needed: NeededRows): Promise<AtRevision<{ policy: Policy }>> {
    return this.answer(needed, (policy) => ({ policy }));
  }

  /** @throws UnknownName (exit 2) for a user that the policy does not know. */
  async needUser(user: string): Promise<void> {
    await this.answer({ users: [user], grants: "none" }, (policy) => {
      if (!policy.user.has(user)) throw new UnknownName("user", user);
    });
  }

  /** A compiled policy that follows the database, for a long process. Close it in addition to the database. */
  live(assignments?: Assignments): Promise<LivePolicy> {
    return this.#store.live(assignments);
  }

  /** Format, revision, head, counts, files and settings of the database. */
  status(): Promise<DatabaseStatus> {
    return this.#store.status();
  }

  /** Copies the database into a new private file while it is in use. @throws RbacError `DATABASE_EXISTS` (exit 3). */
  backUp(to: string, onProgress?: OnProgress): Promise<void> {
    return this.#store.backUp(to, onProgress);
  }

  /** Decides a mutation as the actor of the stamp, and changes nothing. @throws RbacError as `change` does. */
  async preview(stamp: Pick<Stamp, "actor" | "at">, mutation: Mutation, options?: ChangeOptions) {
    const decided = await this.#store.preview(stamp, mutation, options);
    // What long documents are decided by is larger than the changes.
    if (mutation.further) (await import("../store/write/collect-garbage.ts")).collectGarbage();
    return decided;
  }

  /** Decides and applies a mutation in one transaction. @throws RbacError (exit 2, 3 or 4); then nothing is changed. */
  change(stamp: Stamp | (() => Stamp), mutation: Mutation, options?: ChangeOptions): Promise<ChangeOutcome> {
    return this.#store.change(stamp, mutation, options);
  }
}

type WithAnswer<T> = T & { readonly answer: Decision | RbacError };
