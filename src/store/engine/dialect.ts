/** What differs between the two kinds of database; all other code in `store/` is shared by both. */
import type { Kysely } from "kysely";
import type { RevisionStep } from "./revision.ts";
import type { Tables } from "./tables.ts";

export interface Dialect {
  /** The column type of text that is compared byte by byte. */
  readonly text: string;
  /** The column type of integers of 64 bits: limits and revisions come from user input and may exceed 32 bits. */
  readonly integer: string;
  /** How a statement marks its parameter of a number; the first has number 1. */
  placeholder(number: number): string;
  /** The end of a `create table` statement: for most tables, and for tables whose key is most of the row. */
  readonly tableOptions: string;
  readonly linkTableOptions: string;
  /** Statements that make `entries` append-only and gapless. */
  readonly appendOnly: readonly string[];
  /** `column IN (query)` for a query with few results, phrased so that the planner uses an index on `column`. */
  columnInQuery(column: string, query: string): string;
  /**
   * `column IN (list)` for a long list of parameters, most of which no row of the table has: those are left out before
   * the others are looked up. If it is missing, a plain list is as cheap.
   */
  readonly columnInNamed?: (column: string, table: string, parameters: number) => string;
  /** How long one attempt to take the write lock may last, in milliseconds, if `wait` milliseconds are left in all. */
  lockAttemptMs(wait: number): number;
  /**
   * Takes the write lock by moving the revision on, and returns the new revision.
   * @throws the driver's error if the lock is not free within `within` milliseconds.
   */
  lock(db: Kysely<Tables>, within: number, step: RevisionStep): Promise<number>;
  /**
   * Statements that begin a transaction which fills the tables to JOIN, so that two never do at once. If missing, the
   * write lock is taken.
   */
  readonly beginFilling?: readonly string[];
  /** Statements that give rights to the tables to JOIN, just after they are made. */
  readonly shareJoinTables?: readonly string[];
  /** The text of every table, index and trigger, by kind and name. */
  schema(db: Kysely<Tables>): Promise<ReadonlyMap<string, string>>;
  /** The same for an untouched database with tables to JOIN; if missing, one is created in memory for comparison. */
  readonly expectedSchema?: () => Promise<ReadonlyMap<string, string>>;
  /** Runs reads of a transaction so that their failure does not end it; if missing, none does. */
  readonly separately?: <T>(db: Kysely<Tables>, act: () => Promise<T>) => Promise<T>;
  /** Faults that the database itself finds in its pages. */
  integrity(db: Kysely<Tables>): Promise<readonly string[]>;
  /** The settings of the database, by its own names. */
  settings(db: Kysely<Tables>): Promise<Readonly<Record<string, string | number>>>;
  /** Dangerous settings. */
  warnings(db: Kysely<Tables>): Promise<readonly string[]>;
  /** Writes a consistent copy into an empty file, while others read and write; if missing, rows are copied in pages. */
  readonly copyInto?: (db: Kysely<Tables>, path: string) => Promise<void>;
  /** True if the connected user owns the database. */
  readonly isOwner?: (db: Kysely<Tables>) => Promise<boolean>;
  /** Prepares a finished draft for concurrent readers and a writer. @throws if there is no space left. */
  enableSharing(db: Kysely<Tables>): Promise<void>;
  /** Makes sure that no other process has the database open. @throws if one has. */
  requireExclusive(db: Kysely<Tables>): Promise<void>;
}
