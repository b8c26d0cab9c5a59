/** Where a database lies on a server: a schema of it. */
import { hash, randomUUID } from "node:crypto";
import { refused } from "../../errors.ts";
import { translate } from "../engine/driver-errors.ts";
import type { DatabaseLocation } from "../engine/location.ts";
import { ReconnectingConnection } from "./reconnecting-connection.ts";
import { copiedPrivileges } from "./server-privileges.ts";
import { parseTarget, type UrlTarget, withSchema } from "./url-target.ts";

export function schemaLocation(url: string): DatabaseLocation {
  const target = parseTarget(url);
  let rights: readonly string[] = [];
  return {
    name: target.name,
    exists: () => on(target, (line) => holdsPolicy(line, target.schema)),
    appear: (make, settle) =>
      on(target, (line) =>
        appear(line, url, target, make, async () => {
          await settle?.();
          return rights;
        }),
      ),
    moveAside: (stamp) =>
      on(target, async (line) => {
        if (!(await holdsPolicy(line, target.schema))) return undefined;
        rights = await copiedPrivileges(line, target.schema, target.schema);
        return moveAside(line, target.schema, stamp);
      }),
    moveBack: (aside) => on(target, (line) => rename(line, aside, target.schema)),
    describe: async () => ({ files: [], warnings: [] }),
  };
}

/** Does something on a connection of its own. */
async function on<T>(target: UrlTarget, act: (line: ReconnectingConnection) => Promise<T>): Promise<T> {
  const line = new ReconnectingConnection(target, { readOnly: false });
  try {
    return await act(line);
  } catch (error) {
    throw translate(target.name, error);
  } finally {
    await line.end();
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const isThere = async (line: ReconnectingConnection, schema: string): Promise<boolean> =>
  (await line.ask("select 1 from pg_namespace where nspname = $1", [schema])).length > 0;

const holdsPolicy = async (line: ReconnectingConnection, schema: string): Promise<boolean> =>
  (await line.ask("select 1 from pg_tables where schemaname = $1 and tablename = 'meta'", [schema])).length > 0;

const rename = async (line: ReconnectingConnection, from: string, to: string): Promise<void> => {
  await line.run(`alter schema ${quoted(from)} rename to ${quoted(to)}`);
};

const DRAFT = "rbac_draft_";

/** The number of a schema's lock: of a draft, whoever makes it holds it for as long as it lives. */
const lockOf = (schema: string): number => Number.parseInt(hash("sha256", schema).slice(0, 12), 16);

async function appear<T>(
  line: ReconnectingConnection,
  url: string,
  { name, schema }: UrlTarget,
  make: (draft: string) => Promise<T>,
  settle: () => Promise<readonly string[]>,
): Promise<T> {
  await clearStale(line);
  const draft = `${DRAFT}${randomUUID().slice(0, 18).replaceAll("-", "")}`;
  await line.ask("select pg_advisory_lock($1)", [lockOf(draft)]);
  try {
    const made = await make(withSchema(url, draft));
    await show(line, draft, { schema, name }, await settle());
    return made;
  } finally {
    await line.run(`drop schema if exists ${quoted(draft)} cascade`).catch(() => {}); // Left to the next creation.
  }
}

/**
 * Puts the draft in its place. An empty schema that was made beforehand gives way to it.
 * @param rights statements that say who may use it, where another was there before
 */
async function show(
  line: ReconnectingConnection,
  draft: string,
  { schema, name }: Pick<UrlTarget, "schema" | "name">,
  rights: readonly string[],
): Promise<void> {
  await together(line, async () => {
    // Of several who make the same one, each looks when the one before is done.
    await line.ask("select pg_advisory_xact_lock($1)", [lockOf(schema)]);
    if (await holdsPolicy(line, schema))
      throw refused("DATABASE_EXISTS", `${name} is there already, and is left as it is`);
    if (await isThere(line, schema)) await line.run(`drop schema ${quoted(schema)}`);
    await rename(line, draft, schema);
    for (const statement of rights) await line.run(statement);
  });
}

/** Does something in one transaction. */
async function together(line: ReconnectingConnection, act: () => Promise<void>): Promise<void> {
  await line.run("begin isolation level read committed");
  try {
    await act();
    await line.run("commit");
  } catch (error) {
    await line.run("rollback");
    throw error;
  }
}

/** What was left by those who were killed: nobody holds its lock. */
async function clearStale(line: ReconnectingConnection): Promise<void> {
  const drafts = await line.ask("select nspname from pg_namespace where starts_with(nspname, $1)", [DRAFT]);
  for (const [draft] of drafts) {
    const lock = lockOf(String(draft));
    const [[free] = []] = await line.ask("select pg_try_advisory_lock($1)::integer", [lock]);
    if (free !== 1) continue;
    await line.run(`drop schema if exists ${quoted(String(draft))} cascade`).catch(() => {}); // Left to whoever can.
    await line.ask("select pg_advisory_unlock($1)::integer", [lock]);
  }
}

/** Waits until nobody writes, and moves the schema aside; whoever comes then finds none, until another is put there. */
async function moveAside(line: ReconnectingConnection, schema: string, stamp: string): Promise<string> {
  const aside = `${schema}_before_${stamp.replace(/[^0-9]/g, "")}`;
  await together(line, async () => {
    await line.run(`lock table ${quoted(schema)}.meta in access exclusive mode`);
    await rename(line, schema, aside);
  });
  return aside;
}
