/** Opening a schema on a server of PostgreSQL, or of what speaks its protocol. */
import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";
import { unavailable } from "../../errors.ts";
import type { Connection, Mode } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import type { Column, Tables } from "../engine/tables.ts";
import { POSTGRES } from "./dialect.ts";
import { ReconnectingConnection } from "./reconnecting-connection.ts";
import { parseTarget } from "./url-target.ts";

/** Connects. Nothing is created but by `create`, which refuses a schema that is there. @throws RbacError (exit 2, 3 or 4). */
export async function openSchema(url: string, mode: Mode): Promise<Connection> {
  const target = parseTarget(url);
  const line = new ReconnectingConnection(target, { readOnly: mode === "read" });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: line as unknown as PostgresPool }) });
  try {
    const { holdsPolicy } = await line.open();
    if (mode === "create") {
      await requireUtf8(db);
      await sql`create schema ${sql.id(target.schema)}`.execute(db);
    } else if (!holdsPolicy) {
      const how = "create one with rbac init or rbac seed";
      throw unavailable("DATABASE_MISSING", `there is no policy at ${target.name}: ${how}`);
    }
  } catch (error) {
    await line.end();
    throw translate(target.name, error);
  }
  return {
    db,
    dialect: POSTGRES,
    name: target.name,
    prepare:
      ({ sql: text }) =>
      (...parameters: readonly Column[]) =>
        line.ask(text, parameters),
    outsideTransactions: (act) => line.gate.beside(act),
    close: async () => {
      await db.destroy();
      await line.end(); // Kysely ends what it has used, and nothing else.
    },
  };
}

/** Names are compared by their bytes in UTF-8, as files have them. */
async function requireUtf8(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
  if (rows[0]?.server_encoding !== "UTF8")
    throw unavailable(
      "DATABASE_UNSUPPORTED",
      `the database has the encoding ${rows[0]?.server_encoding}: it must be UTF8`,
    );
}
