/** An open database, whatever its kind. */
import type { CompiledQuery, Kysely } from "kysely";
import type { Dialect } from "./dialect.ts";
import type { Column, Tables } from "./tables.ts";

export interface Connection {
  readonly db: Kysely<Tables>;
  readonly dialect: Dialect;
  /** What messages call the database: never with a password. */
  readonly name: string;
  /** Readies a query that is put over and over, past all that kysely does for each; it runs in whatever transaction is open. */
  prepare(query: CompiledQuery): Prepared;
  /** Runs while no transaction of this connection is open: statements then see what is committed, each at its own moment. */
  outsideTransactions<T>(act: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Runs with other parameters of the same number; rows as columns in their order, of one moment. */
export type Prepared = (
  ...parameters: readonly Column[]
) => readonly (readonly Column[])[] | Promise<readonly (readonly Column[])[]>;

export type Mode = "read" | "write" | "create";
