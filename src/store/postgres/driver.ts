/** Opens a schema on a PostgreSQL server, or on a server that speaks its protocol. */
import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";
import { unavailable } from "../../errors.ts";
import { type Connection, isReading, type Mode } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import type { Column, Tables } from "../engine/tables.ts";
import { POSTGRES } from "./dialect.ts";
import { ReconnectingConnection } from "./reconnecting-connection.ts";
import { parseServerUrl } from "./server-url.ts";

/** Connects. Only mode `create` creates a schema, and refuses an existing one. @throws RbacError (exit 2, 3 or 4). */
export async function openSchema(url: string, mode: Mode): Promise<Connection> {
  const target = parseServerUrl(url);
  const server = new ReconnectingConnection(target, { readOnly: isReading(mode) });
  // The type of a pool also asks for cursors, which nobody here uses, and for rows of any type that a caller names.
  const pool = server as unknown as PostgresPool;
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { holdsPolicy } = await server.open();
    if (mode === "create") {
      await requireUtf8(db);
      await sql`create schema ${sql.id(target.schema)}`.execute(db);
    } else if (!holdsPolicy) {
      const hint = "create one with rbac init or rbac seed";
      throw unavailable("DATABASE_MISSING", `there is no policy at ${target.name}: ${hint}`);
    }
  } catch (error) {
    await server.end();
    throw translate(target.name, error);
  }
  return {
    db,
    dialect: POSTGRES,
    name: target.name,
    isDraft: mode === "create",
    prepare:
      ({ sql: text }) =>
      (...parameters: readonly Column[]) =>
        server.queryRows(text, parameters),
    outsideTransactions: (act) => server.lock.outsideTransactions(act),
    close: async () => {
      await db.destroy();
      await server.end(); // Kysely does not end a pool that it never used.
    },
  };
}

/** Names are compared by their UTF-8 bytes, as in SQLite files. */
async function requireUtf8(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
  if (rows[0]?.server_encoding !== "UTF8")
    throw unavailable(
      "ENCODING_UNSUPPORTED",
      `the database has the encoding ${rows[0]?.server_encoding}: it must be UTF8`,
    );
}
