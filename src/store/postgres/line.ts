/** One connection to a server, made anew when it was lost and nothing can have been done by that. */

import type { Client, ClientConfig, QueryArrayConfig, QueryArrayResult, QueryResult } from "pg";
import type { Column } from "../tables.ts";
import { Gate } from "./gate.ts";
import type { Target } from "./target.ts";

/** What a session is told at its beginning. */
const STATEMENT_MS = 60_000;
/** A client that hangs in a transaction holds everybody up; a large seed may decide for minutes. */
const IDLE_MS = 600_000;
const CONNECT_MS = 10_000;

export class Line {
  readonly #target: Target;
  readonly #readOnly: boolean;
  readonly gate = new Gate();
  #client: Client | undefined;
  #opening: Promise<Client> | undefined;
  #leave = () => {};
  #inTransaction = false;
  readonly #names = new Map<string, string>();

  constructor(target: Target, { readOnly }: { readonly readOnly: boolean }) {
    this.#target = target;
    this.#readOnly = readOnly;
  }

  /** What kysely takes for a pool, which has this one connection to give. */
  async connect() {
    this.#leave = await this.gate.enter();
    return this.#given;
  }

  async end(): Promise<void> {
    await this.#client?.end();
  }

  /** Runs a statement that the server keeps prepared; rows as columns in their order. */
  async ask(text: string, values: readonly Column[]): Promise<Column[][]> {
    const name = this.#names.get(text) ?? this.#named(text);
    const query: QueryArrayConfig = { text, values: [...values], rowMode: "array", ...(name && { name }) };
    const { rows } = await this.#put((client): Promise<QueryArrayResult<Column[]>> => client.query(query));
    return rows;
  }

  async run(text: string, values: readonly unknown[] = []): Promise<QueryResult> {
    if (text === "rollback" && !this.#client) return NOTHING; // The server has rolled back what it lost.
    try {
      const result = await this.#put((client) => client.query(text, [...values]));
      if (/^(begin|start transaction)/.test(text)) this.#inTransaction = true;
      return result;
    } catch (error) {
      const lost = text === "commit" && isLost(error);
      throw lost ? coded("OUTCOME_UNKNOWN", error as Error) : error;
    } finally {
      if (text === "commit" || text === "rollback") this.#inTransaction = false;
    }
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

  /** Outside of a transaction, and at its beginning, nothing was done by a statement whose connection was lost: it is put again. */
  async #put<T>(act: (client: Client) => Promise<T>): Promise<T> {
    const known = this.#client;
    try {
      return await act(known ?? (await this.open()));
    } catch (error) {
      const said = this.#said(error);
      if (!known || this.#inTransaction || !isLost(said)) throw said;
      return act(await this.open());
    }
  }

  #said(error: unknown): unknown {
    const { code, message = "" } = error as Partial<Error & { code: unknown }>;
    if (code !== undefined || !(error instanceof Error)) return error;
    if (/^(Connection terminated|Client (was closed|has encountered))/.test(message)) return coded("LOST", error);
    if (/timeout expired/.test(message)) return coded("ETIMEDOUT", error);
    if (/SSL|TLS/.test(message)) return coded("TLS", error);
    if (/^(SASL|SCRAM|Password)|password/.test(message)) return coded("AUTHENTICATION", error);
    return error;
  }

  /** Connects. @throws the driver's or the server's error, with a code. */
  open(): Promise<Client> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Client> {
    const { Client, types } = (await import("pg")).default;
    const { url, schema } = this.#target;
    const config: ClientConfig = {
      connectionString: url,
      fallback_application_name: "rbac",
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      pipeline: true,
      types: {
        getTypeParser: (oid: number, form?: string) =>
          oid === INT8 ? Number : types.getTypeParser(oid, form as "text"),
      },
    } as ClientConfig;
    const client = new Client(config);
    const gone = () => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on("error", gone).on("end", gone);
    (client as { password?: unknown }).password ??= () => passwordFor(client);
    try {
      await client.connect();
      const timeout = new URL(url).searchParams.has("statement_timeout")
        ? ""
        : `set statement_timeout = ${STATEMENT_MS};`;
      await client.query(`set search_path to "${schema}"; ${timeout}
        set idle_in_transaction_session_timeout = ${IDLE_MS}; set client_min_messages = error;
        set default_transaction_read_only = ${this.#readOnly ? "on" : "off"}`);
    } catch (error) {
      client.end().catch(() => {});
      throw this.#said(error);
    }
    this.#client = client;
    return client;
  }
}

/** From PGPASSFILE or ~/.pgpass. The driver would look there, too, and say that it will no longer. */
async function passwordFor(client: Client): Promise<string | undefined> {
  const { default: pgpass } = await import("pgpass");
  return new Promise((found) => pgpass(client, found));
}

const INT8 = 20;
const NOTHING: QueryResult = { command: "ROLLBACK", rowCount: 0, oid: 0, fields: [], rows: [] };

const coded = (code: string, cause: Error) => Object.assign(new Error(cause.message, { cause }), { code });

/** True where the connection has ended, by the server's word or without one. */
const isLost = (error: unknown): boolean =>
  /^(LOST|08...|57P0[123]|ECONNRESET|EPIPE)$/.test(String((error as { code?: unknown } | null)?.code));
