/** A session with a server: how it begins, how it ends, and what its driver says in codes. */
import { Socket } from "node:net";
import type { Client, ClientConfig, QueryResult } from "pg";
import type { UrlTarget } from "./url-target.ts";

/** A client that hangs in a transaction holds everybody up; a large seed may decide for minutes. */
const IDLE_MS = 600_000;
const CONNECT_MS = 10_000;
/** A server that says nothing for so long is asked whether it is still there. */
const KEEP_ALIVE_MS = 10_000;
/** What was asked has so long to be answered once the session is to end. */
const GOODBYE_MS = 5000;

/** How a server finds, while it works or waits, that whoever asked is gone; where its system has no way to tell, it does without. */
const NOTICE_GONE = `do $$ begin perform set_config('client_connection_check_interval', '1s', false);
  exception when others then null; end $$`;

/**
 * What a question needs is looked up by its keys. The planner guesses that a recursion gives hundreds of roles, where it gives ten, and would
 * sooner read whole tables to join them.
 */
const LOOK_UP = "set enable_hashjoin = off; set enable_mergejoin = off";

export interface Session {
  readonly client: Client;
  /** Whether a policy lies where the session looks. */
  readonly holdsPolicy: boolean;
  /** Says goodbye, and leaves even where nobody answers. */
  end(): Promise<void>;
  /** Leaves without a word. */
  drop(): void;
}

/**
 * Connects, and tells the session where the policy lies.
 * @param gone is called once it has ended, by whomever
 * @throws the driver's or the server's error, with a code; nothing is left open then.
 */
export async function openSession(target: UrlTarget, readOnly: boolean, gone: () => void): Promise<Session> {
  const { Client } = (await import("pg")).default;
  const socket = new Socket();
  const client = new Client(await configOf(target, socket));
  client.on("error", gone).on("end", gone);
  (client as { password?: unknown }).password ??= () => passwordFor(client);
  try {
    await client.connect();
    return sessionOf(client, socket, await begun(client, target, readOnly));
  } catch (error) {
    socket.destroy();
    throw driverError(error);
  }
}

/** Tells a session all in one, for each round trip is felt at the start. @returns whether a policy lies there. */
async function begun(client: Client, { schema, statementTimeout }: UrlTarget, readOnly: boolean): Promise<boolean> {
  const results: unknown =
    await client.query(`set search_path to "${schema}"; set statement_timeout = ${statementTimeout};
    set idle_in_transaction_session_timeout = ${IDLE_MS}; set client_min_messages = error; ${LOOK_UP};
    ${readOnly ? "set default_transaction_read_only = on" : NOTICE_GONE}; select to_regclass('meta') is not null as holds`);
  const last = (results as QueryResult<{ holds: boolean }>[]).at(-1);
  return last?.rows[0]?.holds ?? false;
}

function sessionOf(client: Client, socket: Socket, holdsPolicy: boolean): Session {
  return {
    client,
    holdsPolicy,
    end: () => {
      const late = setTimeout(() => socket.destroy(), GOODBYE_MS);
      return client.end().finally(() => clearTimeout(late));
    },
    drop: () => {
      socket.destroy();
    },
  };
}

async function configOf({ url }: UrlTarget, socket: Socket): Promise<ClientConfig> {
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

/** From PGPASSFILE or ~/.pgpass. The driver would look there, too, and say that it will no longer. */
async function passwordFor(client: Client): Promise<string | undefined> {
  const { default: pgpass } = await import("pgpass");
  return new Promise((found) => pgpass(client, found));
}

const INT8 = 20;

/** An error with a code, where the driver gives words alone. */
export function driverError(error: unknown): unknown {
  const { code, message = "" } = error as Partial<Error & { code: unknown }>;
  if (code !== undefined || !(error instanceof Error)) return error;
  if (/^(Connection terminated|Client (was closed|has encountered))/.test(message)) return errorWithCode("LOST", error);
  if (/timeout expired/.test(message)) return errorWithCode("ETIMEDOUT", error);
  if (/SSL|TLS/.test(message)) return errorWithCode("TLS", error);
  if (/^(SASL|SCRAM|Password)|password/.test(message)) return errorWithCode("AUTHENTICATION", error);
  return error;
}

export const errorWithCode = (code: string, cause: Error) =>
  Object.assign(new Error(cause.message, { cause }), { code });

/** True where the session has ended: by the server's word (SQLSTATE) or without one (the system's name of what happened to the socket). */
export const isLost = (error: unknown): boolean =>
  /^(LOST|08...|57P0[12345]|25P0[34]|E[A-Z]+)$/.test(String((error as { code?: unknown } | null)?.code));
