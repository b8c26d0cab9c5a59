/** The one connection to a server, made anew when it was lost and nothing can have been done by that. */
import type { Client, QueryArrayConfig, QueryArrayResult, QueryResult } from "pg";
import type { Column } from "../engine/tables.ts";
import { ConnectionLock } from "./connection-lock.ts";
import { driverError, errorWithCode, isLost, openSession, type Session } from "./session.ts";
import type { UrlTarget } from "./url-target.ts";

export class ReconnectingConnection {
  readonly #target: UrlTarget;
  readonly #readOnly: boolean;
  readonly gate = new ConnectionLock();
  /** The session that stands; none where it was lost, which is how whoever is in a transaction is told. */
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;
  #closed = false;
  #ending: Promise<void> | undefined;
  #leave = () => {};
  #inTransaction = false;
  readonly #names = new Map<string, string>();

  constructor(target: UrlTarget, { readOnly }: { readonly readOnly: boolean }) {
    this.#target = target;
    this.#readOnly = readOnly;
  }

  /** What kysely takes for a pool, which has this one connection to give. */
  async connect() {
    this.#leave = await this.gate.enter();
    return this.#given;
  }

  /** Ends it once the transactions that are under way have ended. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    const leave = await this.gate.enter();
    this.#closed = true;
    try {
      await this.#opening?.catch(() => {}); // Whoever opens it is told.
      await this.#session?.end();
    } finally {
      leave();
    }
  }

  /** Puts a question that the server keeps prepared, and changes nothing; rows as columns in their order. */
  async ask(text: string, values: readonly Column[]): Promise<Column[][]> {
    const name = this.#names.get(text) ?? this.#named(text);
    const query: QueryArrayConfig = { text, values: [...values], rowMode: "array", ...(name && { name }) };
    const { rows } = await this.#put((client): Promise<QueryArrayResult<Column[]>> => client.query(query), true);
    return rows;
  }

  /** Runs a statement. @throws the driver's or the server's error, with a code: `OUTCOME_UNKNOWN` where it was lost at its commit. */
  async run(text: string, values: readonly unknown[] = []): Promise<QueryResult> {
    if (text === "commit") return this.#commit();
    if (text === "rollback") {
      await this.#rolledBack();
      return NOTHING;
    }
    const begins = /^(begin|start transaction)/.test(text);
    const result = await this.#put((client) => client.query(text, [...values]), begins || QUESTION.test(text));
    if (begins) this.#inTransaction = true;
    return result;
  }

  readonly #given = {
    query: (text: string, values?: readonly unknown[]) => this.run(text, values),
    release: () => this.#leave(),
  };

  /** So many texts are kept prepared by the server, which never forgets one by itself. */
  #named(text: string): string | undefined {
    if (this.#names.size >= 200) return undefined;
    const name = `rbac_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  /**
   * Does something by the session that stands. What was lost in a transaction is lost with all of it: the rest must never be done by
   * another session.
   * @param repeatable true for what has done nothing where it was lost: it is put once more, by a new session
   */
  async #put<T>(act: (client: Client) => Promise<T>, repeatable: boolean): Promise<T> {
    for (let again = false; ; again = true) {
      const known = this.#session;
      if (!known && this.#inTransaction) throw lost();
      const session = known ?? (await this.open());
      try {
        return await act(session.client);
      } catch (error) {
        const said = driverError(error);
        if (!isLost(said)) throw said;
        this.#forget(session);
        if (again || !known || this.#inTransaction || !repeatable) throw said;
      }
    }
  }

  /** What was refused is known only from a server that goes on talking. */
  async #commit(): Promise<QueryResult> {
    if (!this.#session) {
      this.#inTransaction = false;
      throw lost(); // Before it was said: nothing is done.
    }
    try {
      const result = await this.#session.client.query("commit");
      this.#inTransaction = false;
      if (result.command === "COMMIT") return result;
    } catch (error) {
      if (await this.#rolledBack()) throw error;
      throw errorWithCode("OUTCOME_UNKNOWN", error as Error);
    }
    throw new Error("the server has rolled back what was to be committed");
  }

  /** Rolls back: by saying so or, where the server does not hear it, by leaving. @returns whether it was heard. */
  async #rolledBack(): Promise<boolean> {
    const session = this.#session;
    this.#inTransaction = false;
    if (!session) return false;
    try {
      await session.client.query("rollback");
      return true;
    } catch {
      this.#forget(session);
      return false;
    }
  }

  #forget(session: Session): void {
    if (this.#session === session) this.#session = undefined;
    session.drop();
  }

  /** Connects, where no session stands. @throws the driver's or the server's error, with a code. */
  async open(): Promise<Session> {
    if (this.#closed) throw new Error("the database is closed");
    if (this.#session) return this.#session;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Session> {
    let [session, over]: [Session | undefined, boolean] = [undefined, false];
    session = await openSession(this.#target, this.#readOnly, () => {
      over = true;
      if (this.#session === session) this.#session = undefined;
    });
    if (!over) this.#session = session;
    return session;
  }
}

/** What only reads, wherever it is put. */
const QUESTION = /^\s*(select|show)\b/;

const NOTHING: QueryResult = { command: "ROLLBACK", rowCount: 0, oid: 0, fields: [], rows: [] };

const lost = () => errorWithCode("LOST", new Error("the connection was lost"));
