/** What tests do to a database behind the back of rbac, alike for a file of SQLite and for a schema of a server. */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Sqlite from "better-sqlite3";
import pg from "pg";
import { Database } from "../../src/database/database.ts";
import { freshDb, SERVER, SUPERUSER } from "./cli.ts";
import { copySchema } from "./postgres/copy-schema.ts";

/** Where a test is about files of SQLite: `it.skipIf(ON_SERVER)`, which says why in the name of the test. */
export const ON_SERVER = SERVER !== undefined;

export const schemaOf = (db: string): string => new URL(db).searchParams.get("schema") ?? "rbac";

let session: Promise<pg.Client> | undefined;

/** One session for all that a test does on the server; nobody waits for it to end. */
export const onServer = (): Promise<pg.Client> => {
  session ??= connected().then((client) => {
    (client as unknown as { unref(): void }).unref();
    return client;
  });
  return session;
};

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: SUPERUSER });
  await client.connect();
  return client;
}

/** Another database that is the same. */
export async function copied(db: string): Promise<string> {
  const copy = freshDb();
  if (!ON_SERVER) {
    copyFileSync(db, copy);
    return copy;
  }
  await copySchema(await onServer(), schemaOf(db), schemaOf(copy), new URL(db).username);
  return copy;
}

/** Gives a copy the rows of its original again: on a server that takes a tenth of what another copy does. */
export async function reset(copy: string, db: string): Promise<string> {
  if (!ON_SERVER) return copied(db);
  const { rows } = await (await onServer()).query<{ name: string }>(
    "select quote_ident(relname) as name from pg_class where relnamespace = $1::regnamespace and relkind = 'r'",
    [schemaOf(copy)],
  );
  const tables = rows.map(({ name }) => name);
  const statements = tables.map(
    (name) => `delete from ${name}; insert into ${name} select * from ${schemaOf(db)}.${name}`,
  );
  await meddle(copy, statements.join("; "));
  return copy;
}

/** Drops copies that are done with: where thousands lie on a server, whatever looks into its catalogue is slow. */
export async function discarded(...copies: readonly string[]): Promise<void> {
  if (ON_SERVER) await (await onServer()).query(copies.map((db) => `drop schema ${schemaOf(db)} cascade`).join(";"));
}

/**
 * What shows that nothing was written: the bytes of a file with whatever its log still holds; of a schema, every row
 * with the transaction that wrote it, and the tables.
 */
export async function bytesOf(db: string): Promise<string> {
  if (!ON_SERVER)
    return [db, `${db}-wal`].map((path) => (existsSync(path) ? readFileSync(path).toString("base64") : "")).join("\n");
  const client = await onServer();
  const { rows: tables } = await client.query<{ name: string; file: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name, c.relfilenode::text as file from pg_class c
     join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind = 'r' order by 1`,
    [schemaOf(db)],
  );
  if (tables.length === 0) return "";
  const each = tables.map(
    ({ name }) => `select '${name}' as t, ctid, xmin::text || ' ' || x::text as row from ${name} x`,
  );
  const { rows } = await client.query(`${each.join(" union all ")} order by t, ctid`);
  return [...tables, ...rows].map((row) => JSON.stringify(row)).join("\n");
}

/** Runs statements past the triggers and keys of the database. */
export async function meddle(db: string, statements: string): Promise<void> {
  if (ON_SERVER) {
    const begin = `begin; set local session_replication_role = replica; set local search_path to ${schemaOf(db)};`;
    await (await onServer()).query(`${begin} ${statements}; commit`);
    return;
  }
  const file = new Sqlite(db);
  file.pragma("foreign_keys = off");
  file.exec(statements);
  file.pragma("wal_checkpoint(truncate)");
  file.close();
}

/** Holds the write lock, as another process would, until what comes back is called. */
export async function holdLock(db: string): Promise<() => Promise<void>> {
  if (!ON_SERVER) {
    const holder = new Sqlite(db);
    holder.exec("begin immediate");
    return async () => {
      holder.exec("rollback");
      holder.close();
    };
  }
  const holder = await connected();
  await holder.query(`begin; select revision from ${schemaOf(db)}.meta for update`);
  return () => holder.end();
}

let folder: string | undefined;

/** A path beside a database, for what belongs to it: `beside(db, "key")` is `…/rbac.db.key`. */
export function beside(db: string, end: string): string {
  if (!ON_SERVER) return `${db}.${end}`;
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "rbac-test-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return join(folder, `${schemaOf(db)}.${end}`);
}

/**
 * The names of what lies where a database lies: the files of its folder, or the schemas that are named after its own.
 */
export async function besides(db: string): Promise<string[]> {
  if (!ON_SERVER) return readdirSync(dirname(db)).sort();
  const named =
    "select nspname as name from pg_namespace where nspname = $1 or starts_with(nspname, $1 || '_') order by 1";
  const { rows } = await (await onServer()).query<{ name: string }>(named, [schemaOf(db)]);
  return rows.map(({ name }) => name);
}

/** What messages call a database: never with who connects. */
export function nameOf(db: string): string {
  if (!ON_SERVER) return db;
  const { host, pathname } = new URL(db);
  return `postgres://${host}${pathname}?schema=${schemaOf(db)}`;
}

/** An empty database for one test: in memory, or a schema of the server. */
export async function emptyDatabase(now: string): Promise<Database> {
  if (!ON_SERVER) return Database.scratch(now);
  const url = freshDb();
  await Database.create(url, now, async () => {});
  return Database.open(url, "write");
}

/** So many cases, or where the tests run on a server, on which each costs several times as much, a tenth of them. */
export const fairly = (cases: number): number => (ON_SERVER ? cases / 10 : cases);

/** At least so many of them must have come to something; of fewer cases chance makes a smaller share. */
export const atLeast = (found: number): number => (ON_SERVER ? found / 100 : found);

/** What is left of a file's tests: a server keeps all of it in memory. */
export async function dropAll(prefix: string): Promise<void> {
  const client = await onServer();
  const { rows } = await client.query<{ name: string }>(
    "select nspname as name from pg_namespace where starts_with(nspname, $1)",
    [prefix],
  );
  for (const { name } of rows) await client.query(`drop schema ${name} cascade`);
}
