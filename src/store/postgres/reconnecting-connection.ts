/** The one connection to a server; opened again after a loss if the lost statement cannot have changed anything. */
import type { Client, QueryArrayConfig, QueryArrayResult, QueryResult } from "pg";
import type { Column } from "../engine/tables.ts";
import { ConnectionLock } from "./connection-lock.ts";
import type { ServerUrl } from "./server-url.ts";
import { driverError, errorWithCode, isLost, openSession, type Session } from "./session.ts";

export class ReconnectingConnection {
  readonly #target: ServerUrl;
  readonly #readOnly: boolean;
  readonly lock = new ConnectionLock();
  /** The current session; `undefined` after a loss, by which an open transaction learns of it. */
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;
  #closed = false;
  #ending: Promise<void> | undefined;
  #releaseLock = () => {};
  #inTransaction = false;
  readonly #statementNames = new Map<string, string>();

  constructor(target: ServerUrl, { readOnly }: { readonly readOnly: boolean }) {
    this.#target = target;
    this.#readOnly = readOnly;
  }

  /** Kysely calls this as the `connect` of a pool; the pool has this one connection only. */
  async connect() {
    this.#releaseLock = await this.lock.acquire();
    return this.#poolClient;
  }

  /** Closes the connection after the transactions that are in progress. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    const release = await this.lock.acquire();
    this.#closed = true;
    try {
      await this.#opening?.catch(() => {}); // The error goes to the caller of `open`.
      await this.#session?.end();
    } finally {
      release();
    }
  }

  /** Runs a read-only query that stays prepared on the server; returns rows as lists of columns. */
  async queryRows(text: string, values: readonly Column[]): Promise<Column[][]> {
    const name = this.#statementNames.get(text) ?? this.#newStatementName(text);
    const query: QueryArrayConfig = { text, values: [...values], rowMode: "array", ...(name && { name }) };
    const { rows } = await this.#withSession(
      (client): Promise<QueryArrayResult<Column[]>> => client.query(query),
      true,
    );
    return rows;
  }

  /**
   * Runs a statement.
   * @throws the driver's or the server's error, with a code: `OUTCOME_UNKNOWN` if the connection is lost at a commit.
   */
  async run(text: string, values: readonly unknown[] = []): Promise<QueryResult> {
    if (text === "commit") return this.#commit();
    if (text === "rollback") {
      await this.#rollBack();
      return ROLLED_BACK;
    }
    const begins = /^(begin|start transaction)/.test(text);
    const result = await this.#withSession((client) => client.query(text, [...values]), begins || READ_ONLY.test(text));
    if (begins) this.#inTransaction = true;
    return result;
  }

  readonly #poolClient = {
    query: (text: string, values?: readonly unknown[]) => this.run(text, values),
    release: () => this.#releaseLock(),
  };

  /** At most 200 statements stay prepared, since the server never drops one by itself. */
  #newStatementName(text: string): string | undefined {
    if (this.#statementNames.size >= 200) return undefined;
    const name = `rbac_${this.#statementNames.size}`;
    this.#statementNames.set(text, name);
    return name;
  }

  /**
   * Runs `act` with the current session, or with a new one outside of transactions. A transaction that lost its session
   * fails as a whole: another session must never run the rest of it.
   * @param repeatable true if a lost statement cannot have changed anything; it is then tried once more
   */
  async #withSession<T>(act: (client: Client) => Promise<T>, repeatable: boolean): Promise<T> {
    for (let isRetry = false; ; isRetry = true) {
      const current = this.#session;
      if (!current && this.#inTransaction) throw lostError();
      const session = current ?? (await this.open());
      try {
        return await act(session.client);
      } catch (error) {
        const withCode = driverError(error);
        if (!isLost(withCode)) throw withCode;
        this.#discard(session);
        if (isRetry || !current || this.#inTransaction || !repeatable) throw withCode;
      }
    }
  }

  /** A failed commit is surely refused only if the same session can still roll back; else its outcome is unknown. */
  async #commit(): Promise<QueryResult> {
    if (!this.#session) {
      this.#inTransaction = false;
      throw lostError(); // The session was lost before the commit: nothing was changed.
    }
    try {
      const result = await this.#session.client.query("commit");
      this.#inTransaction = false;
      if (result.command === "COMMIT") return result;
    } catch (error) {
      if (await this.#rollBack()) throw error;
      throw errorWithCode("OUTCOME_UNKNOWN", error as Error);
    }
    throw new Error("the server has rolled back what was to be committed");
  }

  /**
   * Rolls back; if the server does not answer, drops the session, which rolls back too. Never throws, so that it cannot
   * hide the error that led to it.
   * @returns whether the server answered
   */
  async #rollBack(): Promise<boolean> {
    const session = this.#session;
    this.#inTransaction = false;
    if (!session) return false;
    try {
      await session.client.query("rollback");
      return true;
    } catch {
      this.#discard(session);
      return false;
    }
  }

  #discard(session: Session): void {
    if (this.#session === session) this.#session = undefined;
    session.drop();
  }

  /** Returns the current session, or connects. @throws the driver's or the server's error, with a code. */
  async open(): Promise<Session> {
    if (this.#closed) throw new Error("the database is closed");
    if (this.#session) return this.#session;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Session> {
    let [session, ended]: [Session | undefined, boolean] = [undefined, false];
    session = await openSession(this.#target, this.#readOnly, () => {
      ended = true;
      if (this.#session === session) this.#session = undefined;
    });
    if (!ended) this.#session = session;
    return session;
  }
}

/** Statements that only read. */
const READ_ONLY = /^\s*(select|show)\b/;

const ROLLED_BACK: QueryResult = { command: "ROLLBACK", rowCount: 0, oid: 0, fields: [], rows: [] };

const lostError = () => errorWithCode("LOST", new Error("the connection was lost"));
