/** An open database of either kind. */
import type { Kysely } from "kysely";
import type { Dialect } from "./dialect.ts";
import type { Column, Tables } from "./tables.ts";

/** A statement as text, in the words of its database; kysely compiles a query to one. */
export interface Statement {
  readonly sql: string;
}

export interface Connection {
  /** Made at its first use, since to load kysely takes longer than to answer a question. */
  readonly db: Kysely<Tables>;
  readonly dialect: Dialect;
  /** The name shown in messages; never contains a password. */
  readonly name: string;
  /** True for one that was created through this connection: it is a draft, or in memory. */
  readonly isDraft: boolean;
  /** Prepares a query that runs often, without kysely's cost per call; it runs in whatever transaction is open. */
  prepare(statement: Statement): Prepared;
  /** Runs `act` while no transaction of this connection is open; each statement sees the data committed at its time. */
  outsideTransactions<T>(act: () => Promise<T>): Promise<T>;
  /** Left out for a database on a server. */
  readonly inProcess?: InProcess;
  close(): Promise<void>;
}

/** What only a database in this process can do, whose prepared queries give rows without a promise. */
export interface InProcess {
  /** True while a transaction is open on the connection. */
  isInTransaction(): boolean;
  /** Runs reads at once, all of one snapshot; only where no transaction is open. */
  inSnapshot<T>(act: () => T): T;
}

/** Runs with new values for the same number of parameters; returns rows as lists of columns, from one snapshot. */
export type Prepared = (
  ...parameters: readonly Column[]
) => readonly (readonly Column[])[] | Promise<readonly (readonly Column[])[]>;

/** The path of a database in memory: nothing else can open it, and it ends when it is closed. */
export const IN_MEMORY = ":memory:";

/** `glance` is `read` that does not wait for others. */
export type Mode = "read" | "glance" | "write" | "create";

export const isReading = (mode: Mode): boolean => mode === "read" || mode === "glance";
