/** One session with a server: connecting, setting it up, closing it, and giving every driver error a code. */
import { Socket } from "node:net";
import type { Client, ClientConfig, QueryResult } from "pg";
import type { ServerUrl } from "./server-url.ts";

/** Ends idle transactions, which block all writers; not sooner, since a large seed may compute for minutes in one. */
const IDLE_MS = 600_000;
const CONNECT_MS = 10_000;
/** After this silence, TCP checks whether the server still exists. */
const KEEP_ALIVE_MS = 10_000;
/** How long a closing session waits for pending answers. */
const END_TIMEOUT_MS = 5000;

/**
 * Lets the server check every second whether the client is still connected, so a killed client does not keep its locks.
 * Servers whose operating system cannot check this refuse the setting, and the error is ignored.
 */
const CHECK_CLIENT = `do $$ begin perform set_config('client_connection_check_interval', '1s', false);
  exception when others then null; end $$`;

/**
 * Allows nested loops only. The planner expects hundreds of roles from a recursion that gives about ten, and would read
 * whole tables to join them; all queries of rbac read by keys or in pages.
 */
const NESTED_LOOPS_ONLY = "set enable_hashjoin = off; set enable_mergejoin = off";

export interface Session {
  readonly client: Client;
  /** True if the schema of the session contains a policy. */
  readonly holdsPolicy: boolean;
  /** Closes the session; after 5 s without an answer, closes the socket. */
  end(): Promise<void>;
  /** Closes the socket at once. */
  drop(): void;
}

/**
 * Connects, and configures the session for the schema of the target.
 * @param onEnd called when the session has ended, whichever side ended it
 * @throws the driver's or the server's error, with a code; then nothing is left open.
 */
export async function openSession(target: ServerUrl, readOnly: boolean, onEnd: () => void): Promise<Session> {
  const { Client } = (await import("pg")).default;
  const socket = new Socket();
  const config = await configOf(target, socket);
  const client = withSettingErrors(() => new Client(config));
  client.on("error", onEnd).on("end", onEnd);
  (client as { password?: unknown }).password ??= () => passwordFor(client);
  try {
    await client.connect().catch((error: unknown) => {
      throw isOfSetting(error) ? errorWithCode(SETTING, error as Error) : error;
    });
    return sessionOf(client, socket, await configureSession(client, target, readOnly));
  } catch (error) {
    socket.destroy();
    throw driverError(error);
  }
}

/** Sends all settings in one query, to save round trips at the start. @returns whether the schema contains a policy. */
async function configureSession(
  client: Client,
  { schema, statementTimeout }: ServerUrl,
  readOnly: boolean,
): Promise<boolean> {
  const modeSetup = readOnly ? "set default_transaction_read_only = on" : CHECK_CLIENT;
  const results: unknown =
    await client.query(`set search_path to "${schema}"; set statement_timeout = ${statementTimeout};
    set idle_in_transaction_session_timeout = ${IDLE_MS}; set client_min_messages = error; ${NESTED_LOOPS_ONLY};
    ${modeSetup}; select to_regclass('meta') is not null as holds`);
  const last = (results as QueryResult<{ holds: boolean }>[]).at(-1);
  return last?.rows[0]?.holds === true;
}

function sessionOf(client: Client, socket: Socket, holdsPolicy: boolean): Session {
  return {
    client,
    holdsPolicy,
    end: () => {
      const timer = setTimeout(() => socket.destroy(), END_TIMEOUT_MS);
      return client.end().finally(() => clearTimeout(timer));
    },
    drop: () => {
      socket.destroy();
    },
  };
}

async function configOf({ url }: ServerUrl, socket: Socket): Promise<ClientConfig> {
  const { types } = (await import("pg")).default;
  return {
    connectionString: url,
    fallback_application_name: "rbac",
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    stream: () => socket,
    pipeline: true,
    types: {
      getTypeParser: (oid: number, form?: string) => (oid === INT8 ? Number : types.getTypeParser(oid, form as "text")),
    },
  } as ClientConfig;
}

/** Reads PGPASSFILE or ~/.pgpass. The driver would read them too, but prints a deprecation warning. */
async function passwordFor(client: Client): Promise<string | undefined> {
  const { default: pgpass } = await import("pgpass");
  return new Promise((resolve) => pgpass(client, resolve));
}

const INT8 = 20;

/** Adds a code to errors of the driver that have a message only; other errors are returned unchanged. */
export function driverError(error: unknown): unknown {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== undefined) return error;
  const { message } = error;
  if (/^(Connection terminated|Client (was closed|has encountered))/.test(message)) return errorWithCode("LOST", error);
  if (/timeout expired/.test(message)) return errorWithCode("ETIMEDOUT", error);
  if (/SSL|TLS/.test(message)) return errorWithCode("TLS", error);
  if (/^(SASL|SCRAM|Password)|password/.test(message)) return errorWithCode("AUTHENTICATION", error);
  return error;
}

export const errorWithCode = (code: string, cause: Error) =>
  Object.assign(new Error(cause.message, { cause }), { code });

const SETTING = "SETTING";

/** True for what is wrong with a port or a host, or with a setting that the server is to begin with. */
const isOfSetting = (error: unknown): boolean =>
  /^(ERR_SOCKET_BAD_PORT|EINVAL|22...|42601|42704)$/.test(String((error as { code?: unknown } | null)?.code));

/** The driver reads the URL, and the files that it names, when a client is made. */
function withSettingErrors<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw errorWithCode(SETTING, error as Error);
  }
}

/** True if the error means that the session has ended: an SQLSTATE of the server, or a system error of the socket. */
export const isLost = (error: unknown): boolean =>
  /^(LOST|08...|57P0[12345]|25P0[34]|E[A-Z]+)$/.test(String((error as { code?: unknown } | null)?.code));
