/**
 * The one door: every question reads through it in one moment, every mutation passes it in one transaction. What only writing,
 * verifying and upkeep need is loaded by them.
 */
import { sql, type Transaction } from "kysely";
import type { Mutation, NeededRows } from "../policy/model/mutation.ts";
import type { AnyRow, Kind, Policy } from "../policy/model/policy.ts";
import { allEntries, type Entry, type Head, head, type Stamp } from "./audit/entries.ts";
import type { VerificationInput } from "./audit/inspect-database.ts";
import type { VerificationReport, WrittenEntry } from "./audit/verify-record.ts";
import { connect, locationOf } from "./connect.ts";
import type { Connection, Mode } from "./engine/connection.ts";
import { translate } from "./engine/driver-errors.ts";
import { checkVersion, runSteps } from "./engine/migrations.ts";
import type { Tables } from "./engine/tables.ts";
import type { DatabaseStatus } from "./maintenance/status.ts";
import { AssigneePages } from "./read/assignees.ts";
import type { Assignments } from "./read/current-revision.ts";
import { RowFetcher } from "./read/fetch-rows.ts";
import { LivePolicy } from "./read/live-policy.ts";
import { presentRevision } from "./read/policy-at.ts";
import { StructureCache } from "./read/structure-cache.ts";
import { addingSuggestions } from "./read/suggestions.ts";
import { type TransactionReads, transactionReads } from "./read/transaction-reads.ts";
import { allRows, streamInTransaction } from "./sql/keyset-pages.ts";
import { type ChangeOptions, type ChangeOutcome, decideAndCheck } from "./write/check-change.ts";
import { requireOwner } from "./write/guard-bypass.ts";
import { withWriteLock } from "./write/write-lock.ts";

export class Store {
  readonly #connection: Connection;
  readonly #slices: RowFetcher;
  readonly #structure: StructureCache;
  readonly #assignees: AssigneePages;
  readonly #url: string;

  private constructor(connection: Connection, url: string) {
    this.#connection = connection;
    this.#slices = new RowFetcher(connection);
    this.#structure = new StructureCache(connection, this.#slices.load);
    this.#assignees = new AssigneePages(connection);
    this.#url = url;
  }

  /** Opens a database that is there. @throws RbacError (exit 4) when it is missing, not ours, or of another version. */
  static async open(url: string, mode: Exclude<Mode, "create">): Promise<Store> {
    const store = new Store(await connect(url, mode), url);
    try {
      await store.#translated(() => checkVersion(store.#connection.db));
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  /** Makes an empty database. @throws RbacError `DATABASE_EXISTS` (exit 3) when something is there already. */
  static async create(url: string, now: string): Promise<Store> {
    const store = new Store(await connect(url, "create"), url);
    const { db, dialect } = store.#connection;
    try {
      await store.#translated(() => db.transaction().execute((trx) => runSteps(trx, dialect, 0, now)));
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  /** What messages call the place that a URL names, and whether a database is there. */
  static async at(url: string): Promise<{ name: string; isThere: boolean }> {
    const place = await locationOf(url);
    return { name: place.name, isThere: await place.exists() };
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /**
   * Reads in one transaction. A name that the slice does not know comes back with the nearest names that there are.
   * @param past the revision to read as of; the present when left out.
   */
  read<T>(ask: (reading: TransactionReads) => Promise<T>, past?: number): Promise<T> {
    return this.#transaction(async (trx) => ask(await this.#reading(trx, past)));
  }

  /** The same for an answer that comes part by part: the transaction ends with the last, or with whoever stops asking. */
  stream<T>(ask: (reading: TransactionReads) => AsyncIterable<T>, past?: number): AsyncIterable<T> {
    return this.#each(() =>
      streamInTransaction(this.#connection.db, async (trx) => ask(await this.#reading(trx, past))),
    );
  }

  async #reading(trx: Transaction<Tables>, past: number | undefined): Promise<TransactionReads> {
    const revision = await presentRevision(trx);
    const fetching = { load: this.#slices.load, structure: this.#structure, assignees: this.#assignees };
    return transactionReads(trx, this.#connection.prepare, revision, past, fetching);
  }

  /** Answers by one slice of what stands, without a transaction where it can be had of one moment. Otherwise as `read`. */
  answer<T>(slice: NeededRows, answer: (policy: Policy, revision: number) => T): Promise<T> {
    return this.#told(async () => {
      const seen = await this.#slices.withoutTransaction(slice);
      if (seen) return answer(seen.policy, seen.revision);
      return this.read(async (reading) => answer(await reading.load(slice), reading.revision));
    });
  }

  /** The whole record up to what is its last entry now, oldest first. Entries never change, so no transaction is held open. */
  record(): AsyncIterable<Entry> {
    const { db } = this.#connection;
    return this.#each(async () => allEntries(db, (await head(db)).seq));
  }

  /** Every row of the policy as it stands, kind by kind, in the order of their keys. */
  rows(): AsyncIterable<readonly [Kind, AnyRow]> {
    const { db, prepare } = this.#connection;
    return this.#each(() => streamInTransaction(db, (trx) => allRows({ db: trx, prepare })));
  }

  /** The last entry's number and hash. */
  head(): Promise<Head> {
    return this.#transaction(head);
  }

  /** Checks record, tables, schema and pages, all of one moment; a damaged database is reported, not refused. */
  async verify(expected: Omit<VerificationInput, "schema">): Promise<VerificationReport> {
    const { inspect, schemaInMemory } = await import("./audit/inspect-database.ts");
    const { expectedSchema = schemaInMemory } = this.#connection.dialect;
    const schema = await expectedSchema();
    return this.#transaction((trx) => inspect({ ...this.#connection, db: trx }, { ...expected, schema }));
  }

  /** What there is to know about the database itself. */
  async status(): Promise<DatabaseStatus> {
    const { statusOf } = await import("./maintenance/status.ts");
    return this.#translated(async () => statusOf(this.#connection, await locationOf(this.#url)));
  }

  /** Copies the database into a new private file while it is in use. */
  async backUp(to: string): Promise<void> {
    const { backUp } = await import("./maintenance/copy.ts");
    return backUp(this.#connection, to);
  }

  /** Readies what was made for its place, to be shared. @throws RbacError (exit 4) where there is no room for it. */
  share(): Promise<void> {
    return this.#translated(() => this.#connection.dialect.enableSharing(this.#connection.db));
  }

  /** The policy compiled for a process that asks for long. Close it besides the store. */
  live(assignments: Assignments | undefined): Promise<LivePolicy> {
    return LivePolicy.open(this.#url, assignments);
  }

  /** Writes a record into an empty database, and the rows that it leaves: a replay that keeps every entry as it is. */
  async restore(entries: AsyncIterable<WrittenEntry>): Promise<void> {
    const { writeRecord } = await import("./write/bulk-insert.ts");
    return this.#transaction((trx) => writeRecord(trx, entries));
  }

  /** Decides a wish on what stands now, as whoever stamps it, and changes nothing. */
  async preview(
    stamp: Pick<Stamp, "actor" | "at">,
    mutation: Mutation,
    options: ChangeOptions = {},
  ): Promise<ChangeOutcome> {
    await this.#translated(() => requireOwner(this.#connection, options));
    return this.#transaction(async (trx) => {
      const revision = await presentRevision(trx);
      const changes = await decideAndCheck(
        trx,
        this.#slices.load,
        mutation.more?.whole() ?? mutation,
        stamp,
        options,
        revision,
      );
      return { changed: changes.length > 0, revision, changes };
    });
  }

  /**
   * Decides and does, in one transaction that holds the write lock from its beginning, so writers queue. Rows and entries are
   * written together or not at all; nothing to do is rolled back and leaves no trace.
   * @param stamped the stamp, or what makes it once the lock is held: who waited did not change anything before.
   */
  async change(
    stamped: Stamp | (() => Stamp),
    mutation: Mutation,
    options: ChangeOptions = {},
  ): Promise<ChangeOutcome> {
    await this.#translated(() => requireOwner(this.#connection, options));
    const { applyMutation } = await import("./write/apply-change.ts");
    const unchanged = new Unchanged();
    try {
      return await this.#told(() =>
        withWriteLock(
          this.#connection,
          async (trx) => {
            await trx.updateTable("meta").set({ revision: sql`revision + 1` }).execute();
            const revision = await presentRevision(trx);
            const stamp = typeof stamped === "function" ? stamped() : stamped;
            unchanged.revision = revision - 1;
            const { count, changes } = await applyMutation(trx, this.#slices.load, revision, mutation, stamp, options);
            if (count === 0) throw unchanged;
            return { changed: true, revision, changes, ...(mutation.more && { count }) };
          },
          options.wait,
        ),
      );
    } catch (error) {
      if (error === unchanged) return { changed: false, revision: unchanged.revision, changes: [] };
      throw error;
    }
  }

  /** Reads, all of it of one moment. */
  #transaction<T>(act: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#told(() => this.#connection.db.transaction().setIsolationLevel("repeatable read").execute(act));
  }

  /** Names that are not there are told with the nearest that are, and what a driver says in our words. */
  #told<T>(act: () => Promise<T>): Promise<T> {
    return this.#translated(() => addingSuggestions(this.#connection.db, act));
  }

  async *#each<T>(begin: () => AsyncIterable<T> | Promise<AsyncIterable<T>>): AsyncIterable<T> {
    try {
      yield* await begin();
    } catch (error) {
      await this.#told(() => Promise.reject(error));
    }
  }

  async #translated<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw translate(this.#connection.name, error);
    }
  }
}

/** Thrown to roll back a transaction that has nothing to do. */
class Unchanged extends Error {
  revision = 0;
}
