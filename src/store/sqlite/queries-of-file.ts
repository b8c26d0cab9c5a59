/** Kysely over an open file. It is made at its first use, since to load it takes longer than to answer a question. */
import { Kysely, SqliteDialect } from "kysely";
import type { Tables } from "../engine/tables.ts";
import { cachedByText } from "../sql/statement-cache.ts";
import type { CurrentFile } from "./current-file.ts";
import type { SqliteDatabase } from "./load-driver.ts";

export class QueriesOfFile {
  readonly #current: CurrentFile<SqliteDatabase>;
  #db: Kysely<Tables> | undefined;
  /** What reads without Kysely, and must end before a transaction begins. */
  readonly #reads = new Set<Promise<unknown>>();

  constructor(current: CurrentFile<SqliteDatabase>) {
    this.#current = current;
  }

  get db(): Kysely<Tables> {
    this.#db ??= this.#made();
    return this.#db;
  }

  #made(): Kysely<Tables> {
    const database = withStatementCache(this.#current);
    const onCreateConnection = async () => {
      await Promise.allSettled(this.#reads);
    };
    return new Kysely<Tables>({ dialect: new SqliteDialect({ database, onCreateConnection }) });
  }

  /** Kysely has one connection, and lends it only while no transaction is open. Without Kysely none is. */
  outsideTransactions<T>(act: () => Promise<T>): Promise<T> {
    if (this.#db) return this.#db.connection().execute(act);
    const read = act();
    this.#reads.add(read);
    return read.finally(() => this.#reads.delete(read));
  }

  async close(): Promise<void> {
    await this.#db?.destroy();
    this.#current.close(); // Kysely does not close a driver that it never used.
  }
}

/**
 * Prepares each SQL text once; kysely would prepare it for every call. SQLite rolls back by itself if the disk is full
 * or fails: a second rollback would be an error and would hide the first, so it is replaced by a query without effect.
 */
function withStatementCache(current: CurrentFile<SqliteDatabase>) {
  let file = current.get();
  let prepareCached = cachedByText((text) => file.prepare(text));
  return {
    prepare: (query: string) => {
      if (file !== current.get()) {
        file = current.get();
        prepareCached = cachedByText((text) => file.prepare(text));
      }
      return prepareCached(query === "rollback" && !file.inTransaction ? "select 1 where false" : query);
    },
    close: () => {
      current.close();
    },
  };
}
