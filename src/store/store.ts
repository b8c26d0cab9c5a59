/** The one door: every question reads through it in one moment, every mutation passes it in one transaction. */
import { randomUUID } from "node:crypto";
import { existsSync, linkSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Transaction } from "kysely";
import { type Named, UnknownName, unavailable } from "../errors.ts";
import type { Change } from "../policy/change.ts";
import type { Policy } from "../policy/model.ts";
import type { Slice, Wish } from "../policy/wish.ts";
import { type Connection, connect, databaseExists, type Mode, requirePath, translate } from "./connect.ts";
import { chained, ENTRY_COLUMNS, type Entry, type Filter, head, type Stamp, search, stampsOf } from "./entries.ts";
import { decided, nearestNames, type Terms, withSuggestions } from "./judge.ts";
import { checkVersion, migrate } from "./migrations.ts";
import { load, mentions } from "./slice.ts";
import type { Tables } from "./tables.ts";
import { insertAll, writeRows } from "./write.ts";

/** What a read may ask, all of it of one moment. */
export interface Reading {
  readonly revision: number;
  load(slice: Slice): Promise<Policy>;
  entries(filter: Filter): Promise<Entry[]>;
  stamps(revisions: readonly number[]): Promise<Map<number, Stamp>>;
  /** True when some grant or assignment is scoped to this first segment, or below it. */
  mentions(segment: string): Promise<boolean>;
  /** The names of a kind that are near to one. */
  nearest(named: Named, name: string): Promise<string[]>;
  /** The error of an unknown name, with the nearest names that there are. */
  suggest(error: UnknownName): Promise<UnknownName>;
}

export interface Outcome {
  readonly changed: boolean;
  /** The revision that now stands; of a dry run, the one that still stands. */
  readonly revision: number;
  readonly changes: readonly Change[];
}

export class Store {
  readonly #connection: Connection;
  readonly #url: string;

  private constructor(connection: Connection, url: string) {
    this.#connection = connection;
    this.#url = url;
  }

  /** Opens a database that is there. @throws RbacError (exit 4) when it is missing, not ours, or of another version. */
  static async open(url: string, mode: Exclude<Mode, "create">): Promise<Store> {
    const store = new Store(connect(url, mode), url);
    try {
      await store.#translated(() => checkVersion(store.#connection.db));
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  /** Makes an empty database. @throws RbacError `DATABASE_EXISTS` (exit 4) when something is there already. */
  static async create(url: string, now: string): Promise<Store> {
    const store = new Store(connect(url, "create"), url);
    const { db, traits } = store.#connection;
    await store.#translated(() => db.transaction().execute((trx) => migrate(trx, traits, 0, now)));
    return store;
  }

  static exists(url: string): boolean {
    return databaseExists(url);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** Reads in one transaction. A name that the slice does not know comes back with the nearest names that there are. */
  read<T>(ask: (reading: Reading) => Promise<T>): Promise<T> {
    return this.#transaction(async (trx) => {
      const { revision } = await trx.selectFrom("meta").select("revision").executeTakeFirstOrThrow();
      return ask({
        revision,
        load: (slice) => load(trx, slice),
        entries: (filter) => search(trx, filter),
        stamps: (revisions) => stampsOf(trx, revisions),
        mentions: (segment) => mentions(trx, segment),
        nearest: (named, name) => nearestNames(trx, named, name),
        suggest: (error) => withSuggestions(trx, error),
      });
    });
  }

  /** Decides a wish on what stands now, and changes nothing. */
  preview(wish: Wish, terms: Terms = {}): Promise<Outcome> {
    return this.#transaction(async (trx) => {
      const { revision } = await trx.selectFrom("meta").select("revision").executeTakeFirstOrThrow();
      const changes = await decided(trx, wish, terms, revision);
      return { changed: changes.length > 0, revision, changes };
    });
  }

  /**
   * Decides and does, in one transaction that first raises the revision: that takes the write lock, so writers queue. Rows and
   * entries are written together or not at all; nothing to do is rolled back and leaves no trace.
   */
  async change(stamp: Stamp, wish: Wish, terms: Terms = {}): Promise<Outcome> {
    const unchanged = new Unchanged();
    try {
      return await this.#transaction(async (trx) => {
        await trx
          .updateTable("meta")
          .set((is) => ({ revision: is("revision", "+", 1) }))
          .execute();
        const { revision } = await trx.selectFrom("meta").select("revision").executeTakeFirstOrThrow();
        const changes = await decided(trx, wish, terms, revision - 1);
        unchanged.revision = revision - 1;
        if (changes.length === 0) throw unchanged;
        const total = changes.length * 2;
        let done = 0;
        const tick = (rows: number) => {
          done += rows;
          terms.progress?.(done, total);
        };
        await writeRows(trx, revision, changes, tick);
        const stampOf = (change: Change) => ({ ...stamp, reason: wish.reasonOf?.(change) ?? stamp.reason });
        const last = await head(trx);
        await insertAll(trx, "entries", ENTRY_COLUMNS, chained(last, revision, changes, stampOf), tick);
        if ((await head(trx)).seq !== last.seq + changes.length)
          throw unavailable("RECORD_REFUSED", "the database did not keep the audit entries, so nothing was changed");
        return { changed: true, revision, changes };
      });
    } catch (error) {
      if (error === unchanged) return { changed: false, revision: unchanged.revision, changes: [] };
      throw error;
    }
  }

  async #transaction<T>(act: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const { db } = this.#connection;
    return this.#translated(async () => {
      try {
        return await db.transaction().execute(act);
      } catch (error) {
        throw error instanceof UnknownName && error.suggestions.length === 0 ? await withSuggestions(db, error) : error;
      }
    });
  }

  async #translated<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw translate(this.#url, error);
    }
  }
}

/** Thrown to roll back a transaction that has nothing to do. */
class Unchanged extends Error {
  revision = 0;
}

/**
 * A database that appears whole or not at all: it is made beside its place, worked on, and linked there when the work is done.
 * @throws RbacError `DATABASE_EXISTS` (exit 4) when another process was first.
 */
export async function createWith<T>(path: string, now: string, work: (store: Store) => Promise<T>): Promise<T> {
  requirePath(path);
  const draft = join(dirname(path), `.rbac-${randomUUID()}.tmp`);
  try {
    const store = await Store.create(draft, now);
    const result = await work(store).finally(() => store.close());
    linkSync(draft, path);
    return result;
  } catch (error) {
    throw translate(path, error);
  } finally {
    const files = ["", "-wal", "-shm"].map((suffix) => `${draft}${suffix}`);
    for (const file of files.filter(existsSync)) rmSync(file); // Asked first: where no folder is, even a forced removal throws.
  }
}
