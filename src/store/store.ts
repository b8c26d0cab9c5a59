/** The one door to a policy in a database: a question reads one snapshot, a mutation is one transaction. */
import type { Transaction } from "kysely";
import type { Mutation, NeededRows } from "../policy/model/mutation.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { ChangeOutcome, DatabaseStatus, Entry, Stamp, VerificationReport } from "../policy/model/results.ts";
import type { RowsOfKind } from "../policy/part/part.ts";
import type { OnProgress } from "../progress.ts";
import { allEntries, type Head, head } from "./audit/entries.ts";
import type { VerificationInput } from "./audit/inspect-database.ts";
import type { WrittenEntry } from "./audit/verify-record.ts";
import { connect, locationOf } from "./connect.ts";
import { type Connection, IN_MEMORY, type Mode } from "./engine/connection.ts";
import { translate } from "./engine/driver-errors.ts";
import { checkVersion, runSteps } from "./engine/migrations.ts";
import type { Tables } from "./engine/tables.ts";
import type { UseOfJoinTables } from "./join-tables/joining.ts";
import { AssigneePages } from "./read/assignees.ts";
import type { Assignments } from "./read/current-revision.ts";
import { RowFetcher } from "./read/fetch-rows.ts";
import { LivePolicy } from "./read/live-policy.ts";
import { type PastRevision, presentRevision } from "./read/policy-at.ts";
import { StructureCache } from "./read/structure-cache.ts";
import { suggesting, suggestingParts, withSuggestions } from "./read/suggestions.ts";
import { type TransactionReads, transactionReads } from "./read/transaction-reads.ts";
import { rowsByKind, streamInTransaction } from "./sql/keyset-pages.ts";
import { type ChangeOptions, decideAndCheck } from "./write/check-change.ts";
import { requireOwner } from "./write/guard-bypass.ts";
import { Unchanged } from "./write/unchanged.ts";
import { withWriteLock } from "./write/write-lock.ts";

export class Store {
  readonly #connection: Connection;
  readonly #fetcher: RowFetcher;
  readonly #structure: StructureCache;
  readonly #assignees: AssigneePages;
  readonly #url: string;

  private constructor(connection: Connection, url: string) {
    this.#connection = connection;
    this.#fetcher = new RowFetcher(connection);
    this.#structure = new StructureCache(connection, this.#fetcher.load);
    this.#assignees = new AssigneePages(connection);
    this.#url = url;
  }

  /** Opens a database. @throws RbacError (exit 4) when it is missing, not of rbac, or of another version. */
  static async open(url: string, mode: Exclude<Mode, "create">): Promise<Store> {
    const store = new Store(await connect(url, mode), url);
    try {
      await store.#translateErrors(() => checkVersion(store.#connection));
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  /** Creates an empty database. @throws RbacError `DATABASE_EXISTS` (exit 3). */
  static async create(url: string, now: string): Promise<Store> {
    const store = new Store(await connect(url, "create"), url);
    const { db, dialect } = store.#connection;
    try {
      await store.#translateErrors(() => db.transaction().execute((trx) => runSteps(trx, dialect, 0, now)));
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  /** The name of a location, as messages show it, and whether a database exists there. */
  static async at(url: string): Promise<{ name: string; isThere: boolean }> {
    const location = await locationOf(url);
    return { name: location.name, isThere: await location.exists() };
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /**
   * Reads in one transaction. Errors about unknown names get the nearest names in the database.
   * @param past the revision to read as of; the current one if left out
   */
  read<T>(ask: (reads: TransactionReads) => Promise<T>, past?: PastRevision): Promise<T> {
    return this.#transaction(async (trx) => suggesting(await this.#readsIn(trx, past), ask));
  }

  /** Like `read`, for an answer in parts: the transaction ends with the last part, or when the reader stops early. */
  stream<T>(ask: (reads: TransactionReads) => AsyncIterable<T>, past?: PastRevision): AsyncIterable<T> {
    return this.#iterate(() =>
      streamInTransaction(this.#connection.db, async (trx) => suggestingParts(await this.#readsIn(trx, past), ask)),
    );
  }

  /** @param known the current revision, where it was moved on already */
  async #readsIn(trx: Transaction<Tables>, past?: PastRevision, known?: number): Promise<TransactionReads> {
    const revision = known ?? (await presentRevision(trx, past));
    const currentReads = { load: this.#fetcher.load, structure: this.#structure, assignees: this.#assignees };
    return transactionReads({ db: trx, prepare: this.#connection.prepare }, revision, past?.revision, currentReads);
  }

  /** Answers from the needed rows of the current policy, if possible without a transaction, else in one. */
  answer<T>(needed: NeededRows, answer: (policy: Policy, revision: number) => T): Promise<T> {
    return this.#mapErrors(async () => {
      const fetched = await this.#fetcher.withoutTransaction(needed);
      if (fetched) return answer(fetched.policy, fetched.revision);
      return this.read(async (reads) => answer(await reads.load(needed), reads.revision));
    });
  }

  /** What `use` makes of one snapshot and of the tables to JOIN, which it may fill in the same transaction. */
  async joining<T>(to: "read" | "fill", use: UseOfJoinTables<T>): Promise<T> {
    const { inJoining } = await import("./join-tables/joining.ts");
    return this.#mapErrors(() => inJoining(this.#connection, to, use, (trx) => this.#readsIn(trx)));
  }

  /** The audit record up to its last entry now, oldest first. No transaction is needed, since entries never change. */
  record(onProgress?: OnProgress): AsyncIterable<Entry> {
    return this.#iterate(async () => allEntries(this.#connection, await head(this.#connection.db), onProgress));
  }

  /** What `use` yields of the rows of the current policy, which it may read several times, all at one revision. */
  rows<T>(use: (read: RowsOfKind) => AsyncIterable<T>, onProgress?: OnProgress): AsyncIterable<T> {
    const { db, prepare } = this.#connection;
    return this.#iterate(() => streamInTransaction(db, (trx) => use(rowsByKind({ db: trx, prepare }, onProgress))));
  }

  /** The last entry's number and hash. */
  head(): Promise<Head> {
    return this.#transaction(head);
  }

  /** Checks record, tables, schema and pages of one snapshot; reports damage instead of refusing a damaged database. */
  async verify(expected: Omit<VerificationInput, "schema">): Promise<VerificationReport> {
    const { inspect, schemaInMemory } = await import("./audit/inspect-database.ts");
    const schema = await (this.#connection.dialect.expectedSchema ?? schemaInMemory)();
    return this.#transaction((trx) => inspect({ ...this.#connection, db: trx }, { ...expected, schema }));
  }

  /** Reports on the database itself: its format, size, settings and damage. */
  async status(): Promise<DatabaseStatus> {
    const { statusOf } = await import("./maintenance/status.ts");
    return this.#translateErrors(async () => statusOf(this.#connection, await locationOf(this.#url)));
  }

  /** Copies the database into a new private file while it is in use. */
  async backUp(to: string, onProgress?: OnProgress): Promise<void> {
    return (await import("./maintenance/copy-database.ts")).backUp(this.#connection, to, onProgress);
  }

  /** Prepares a finished draft for several processes. @throws RbacError (exit 4) if the disk is full. */
  share(): Promise<void> {
    return this.#translateErrors(() => this.#connection.dialect.enableSharing(this.#connection.db));
  }

  /** A live policy for a long-running process. It must be closed separately. */
  live(assignments: Assignments | undefined): Promise<LivePolicy> {
    if (this.#url !== IN_MEMORY) return LivePolicy.open(this.#url, assignments);
    return LivePolicy.overShared(this.#connection, assignments);
  }

  /** Writes a record into an empty database, each entry unchanged, and the rows that its replay gives. */
  async restore(entries: AsyncIterable<WrittenEntry>, onProgress?: OnProgress): Promise<void> {
    const { writeRecord } = await import("./write/bulk-insert.ts");
    return this.#mapErrors(() => withWriteLock(this.#connection, 0, (trx) => writeRecord(trx, entries, onProgress)));
  }

  /** Decides a mutation on the current policy, with all checks as for this actor, and changes nothing. */
  async preview(
    stamp: Pick<Stamp, "actor" | "at">,
    mutation: Mutation,
    options: ChangeOptions = {},
  ): Promise<ChangeOutcome> {
    await this.#translateErrors(() => requireOwner(this.#connection, options));
    return this.#transaction(async (trx) => {
      const reads = await this.#readsIn(trx);
      const decided = await decideAndCheck(trx, reads, mutation.further?.whole() ?? mutation, stamp, options);
      return { changed: decided.changes.length > 0, revision: reads.revision, ...decided };
    });
  }

  /**
   * Decides a mutation and writes it, in one transaction that begins with the write lock, so that writers queue. Rows
   * and entries are written together or not at all; without a change the transaction is rolled back.
   * @param stampOrMake the stamp, or a function that makes it once the lock is taken: the wait is not part of its time
   */
  async change(
    stampOrMake: Stamp | (() => Stamp),
    mutation: Mutation,
    options: ChangeOptions = {},
  ): Promise<ChangeOutcome> {
    await this.#translateErrors(() => requireOwner(this.#connection, options));
    const { applyMutation } = await import("./write/apply-change.ts");
    const unchanged = new Unchanged();
    try {
      return await this.#mapErrors(() =>
        withWriteLock(
          this.#connection,
          1,
          async (trx, revision) => {
            const stamp = typeof stampOrMake === "function" ? stampOrMake() : stampOrMake;
            unchanged.revision = revision - 1;
            const reads = await this.#readsIn(trx, undefined, revision - 1);
            const { count, ...made } = await applyMutation(trx, reads, revision, mutation, stamp, options);
            if (count === 0) throw unchanged;
            return { changed: true, revision, ...made, ...(mutation.further && { count }) };
          },
          options.wait,
        ),
      );
    } catch (error) {
      if (error === unchanged) return { changed: false, revision: unchanged.revision, changes: [] };
      throw error;
    }
  }

  /** Runs `act` in a transaction that reads one snapshot. */
  #transaction<T>(act: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#mapErrors(() => this.#connection.db.transaction().setIsolationLevel("repeatable read").execute(act));
  }

  /** Adds the nearest names to unknown-name errors, and translates errors of drivers. */
  #mapErrors<T>(act: () => Promise<T>): Promise<T> {
    return this.#translateErrors(async () => {
      try {
        return await act();
      } catch (error) {
        throw await withSuggestions(this.#connection.db, error);
      }
    });
  }

  async *#iterate<T>(begin: () => AsyncIterable<T> | Promise<AsyncIterable<T>>): AsyncIterable<T> {
    try {
      yield* await begin();
    } catch (error) {
      await this.#mapErrors(() => Promise.reject(error));
    }
  }

  async #translateErrors<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw translate(this.#connection.name, error);
    }
  }
}
