/** The location of a database on a server: one of its schemas. */
import { hash, randomUUID } from "node:crypto";
import { refused } from "../../errors.ts";
import { translate } from "../engine/driver-errors.ts";
import type { DatabaseLocation } from "../engine/location.ts";
import { type LastStep, withLastStep } from "../engine/signal-hearing.ts";
import { ReconnectingConnection } from "./reconnecting-connection.ts";
import { copiedPrivileges } from "./server-privileges.ts";
import { parseServerUrl, type ServerUrl, withSchema } from "./server-url.ts";

export function schemaLocation(url: string): DatabaseLocation {
  const target = parseServerUrl(url);
  let privileges: readonly string[] = [];
  return {
    name: target.name,
    exists: () => withConnection(target, (server) => holdsPolicy(server, target.schema)),
    appear: (make, settle) =>
      withConnection(target, (server) =>
        appear(server, url, target, make, async (last) => {
          await settle?.(last);
          return privileges;
        }),
      ),
    moveAside: (stamp, last) =>
      withConnection(target, async (server) => {
        if (!(await holdsPolicy(server, target.schema))) return undefined;
        privileges = await copiedPrivileges(server, target.schema, target.schema);
        return moveAside(server, target.schema, stamp, last);
      }),
    moveBack: (aside) => withConnection(target, (server) => rename(server, aside, target.schema)),
    describe: async () => ({ files: [], warnings: [] }),
  };
}

/** Runs `act` on a new connection, and closes it. */
async function withConnection<T>(target: ServerUrl, act: (server: ReconnectingConnection) => Promise<T>): Promise<T> {
  const server = new ReconnectingConnection(target, { readOnly: false });
  try {
    return await act(server);
  } catch (error) {
    throw translate(target.name, error);
  } finally {
    await server.end();
  }
}

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const schemaExists = async (server: ReconnectingConnection, schema: string): Promise<boolean> =>
  (await server.queryRows("select 1 from pg_namespace where nspname = $1", [schema])).length > 0;

const holdsPolicy = async (server: ReconnectingConnection, schema: string): Promise<boolean> =>
  (await server.queryRows("select 1 from pg_tables where schemaname = $1 and tablename = 'meta'", [schema])).length > 0;

const rename = async (server: ReconnectingConnection, from: string, to: string): Promise<void> => {
  await server.run(`alter schema ${quoteName(from)} rename to ${quoteName(to)}`);
};

const DRAFT_PREFIX = "rbac_draft_";

/** The number of a schema's advisory lock; the creator of a draft holds the lock of the draft while it exists. */
const lockNumber = (schema: string): number => Number.parseInt(hash("sha256", schema).slice(0, 12), 16);

async function appear<T>(
  server: ReconnectingConnection,
  url: string,
  { name, schema }: ServerUrl,
  make: (draft: string) => Promise<T>,
  settle: (last: LastStep) => Promise<readonly string[]>,
): Promise<T> {
  await dropStaleDrafts(server);
  const draft = `${DRAFT_PREFIX}${randomUUID().slice(0, 18).replaceAll("-", "")}`;
  await server.queryRows("select pg_advisory_lock($1)", [lockNumber(draft)]);
  try {
    const result = await make(withSchema(url, draft));
    await withLastStep(async (last) => {
      await moveIntoPlace(server, draft, { schema, name }, await settle(last), last);
    });
    return result;
  } finally {
    // On failure, the next creation tries again.
    await server.run(`drop schema if exists ${quoteName(draft)} cascade`).catch(() => {});
  }
}

/**
 * Renames the draft to the schema of the target. An empty schema of that name is dropped first.
 * @param privileges statements that restore the owners and grants of the schema that was replaced, if one was
 */
async function moveIntoPlace(
  server: ReconnectingConnection,
  draft: string,
  { schema, name }: Pick<ServerUrl, "schema" | "name">,
  privileges: readonly string[],
  last: LastStep,
): Promise<void> {
  await inTransaction(server, async () => {
    // Several processes may create the same schema: each checks for it only after the one before has finished.
    await server.queryRows("select pg_advisory_xact_lock($1)", [lockNumber(schema)]);
    if (await holdsPolicy(server, schema))
      throw refused("DATABASE_EXISTS", `${name} is there already, and is left as it is`);
    if (await schemaExists(server, schema)) await server.run(`drop schema ${quoteName(schema)}`);
    await last();
    await rename(server, draft, schema);
    for (const statement of privileges) await server.run(statement);
  });
}

/** Runs `act` in one transaction. */
async function inTransaction(server: ReconnectingConnection, act: () => Promise<void>): Promise<void> {
  await server.run("begin isolation level read committed");
  try {
    await act();
    await server.run("commit");
  } catch (error) {
    await server.run("rollback");
    throw error;
  }
}

/** Drops drafts that killed processes left behind: nobody holds their locks. */
async function dropStaleDrafts(server: ReconnectingConnection): Promise<void> {
  const drafts = await server.queryRows("select nspname from pg_namespace where starts_with(nspname, $1)", [
    DRAFT_PREFIX,
  ]);
  for (const [draft] of drafts) {
    const lock = lockNumber(String(draft));
    const [row] = await server.queryRows("select pg_try_advisory_lock($1)::integer", [lock]);
    if (row?.[0] !== 1) continue;
    // The draft stays if this user may not drop it.
    await server.run(`drop schema if exists ${quoteName(String(draft))} cascade`).catch(() => {});
    await server.queryRows("select pg_advisory_unlock($1)::integer", [lock]);
  }
}

/** Renames the schema once nobody reads or writes it; until another takes its name, no policy exists there. */
async function moveAside(
  server: ReconnectingConnection,
  schema: string,
  stamp: string,
  last: LastStep,
): Promise<string> {
  const aside = `${schema}_before_${stamp.replace(/[^0-9]/g, "")}`;
  await inTransaction(server, async () => {
    await server.run(`lock table ${quoteName(schema)}.meta in access exclusive mode`);
    await last();
    await rename(server, schema, aside);
  });
  return aside;
}
