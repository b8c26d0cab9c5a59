/** What one kind of database says differently from another: everything else in `store/` is one text for all. */
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export interface Dialect {
  /** The statement that makes a table, with what it takes for text to be compared byte by byte. */
  byteCollated(statement: string): string;
  /** What ends a `create table`, for tables in general and for those that are all key. */
  readonly table: string;
  readonly linkTable: string;
  /** Statements that make `entries` append-only and gapless. */
  readonly appendOnly: readonly string[];
  /** A column that says what a query gives: few values, and each is looked up by an index that has the column. */
  columnInQuery(column: string, query: string): string;
  /** How long to wait for the write lock in one go, in milliseconds, where the wait is this long. */
  lockRound(wait: number): number;
  /** Takes the write lock. @throws the driver's error where it is not to be had within so many milliseconds. */
  lock(db: Kysely<Tables>, within: number): Promise<void>;
  /** The text of every table, index and trigger, by kind and name. */
  schema(db: Kysely<Tables>): Promise<ReadonlyMap<string, string>>;
  /** The same of a database that nobody touched; where it is left out, one is made in memory to be looked at. */
  readonly expectedSchema?: () => Promise<ReadonlyMap<string, string>>;
  /** What the database itself finds wrong with its pages. */
  integrity(db: Kysely<Tables>): Promise<readonly string[]>;
  /** How the database is set up, by the database's own words. */
  settings(db: Kysely<Tables>): Promise<Readonly<Record<string, string | number>>>;
  /** What in that set-up is a danger. */
  warnings(db: Kysely<Tables>): Promise<readonly string[]>;
  /** Writes a consistent copy into an empty file, while others read and write; where there is no way, it is copied row by row. */
  readonly copyInto?: (db: Kysely<Tables>, path: string) => Promise<void>;
  /** True where whoever is connected may say that the database is theirs. */
  readonly isOwner?: (db: Kysely<Tables>) => Promise<boolean>;
  /** Readies what was made for its place, where readers and a writer work side by side. @throws where there is no room for it. */
  enableSharing(db: Kysely<Tables>): Promise<void>;
  /** Makes sure that nobody else has the database open. @throws where somebody has. */
  requireExclusive(db: Kysely<Tables>): Promise<void>;
}
