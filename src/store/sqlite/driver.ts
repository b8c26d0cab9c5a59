/** Opening a file of SQLite: the only home that knows its driver. */
import { chmodSync, closeSync, constants, openSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import type BetterSqlite3 from "better-sqlite3";
import { type CompiledQuery, Kysely, SqliteDialect } from "kysely";
import { RbacError, unavailable } from "../../errors.ts";
import type { Connection, Mode, Prepared } from "../engine/connection.ts";
import { translated } from "../engine/driver-errors.ts";
import type { Column, Tables } from "../engine/tables.ts";
import { cachedByText } from "../sql/statement-cache.ts";
import { BUSY_MS, SQLITE } from "./dialect.ts";

/** "rbac" in ASCII: tells our files from other SQLite databases. */
const APPLICATION_ID = 0x72626163;

/** Opens a file. Nothing is created but by `create`, which refuses a file that is there. @throws RbacError (exit 4). */
export function openFile(path: string, mode: Mode): Connection {
  const file = openSqlite(path, mode);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: withStatementCache(file) }) });
  const prepare = ({ sql }: CompiledQuery): Prepared => {
    const statement = file.prepare<Column[], Column[]>(sql).raw();
    return (...parameters) => statement.all(...parameters);
  };
  const outsideTransactions = <T>(act: () => Promise<T>) => db.connection().execute(act); // Kysely lends the one that there is.
  const close = async () => {
    await db.destroy();
    file.close(); // Kysely closes what it has used, and nothing else.
  };
  return { db, dialect: SQLITE, name: path, prepare, outsideTransactions, close };
}

function openSqlite(path: string, mode: Mode): BetterSqlite3.Database {
  const memory = path === ":memory:";
  if (mode === "create" && !memory) reserveFile(path);
  if (mode !== "create" && !memory) requireFile(path);
  const Sqlite = loadDriver();
  return translated(path, () => {
    const file =
      mode === "read" && !memory
        ? openToRead(Sqlite, path)
        : new Sqlite(path, { timeout: BUSY_MS, fileMustExist: !memory });
    // No log for what is being made: each page would be written twice. It is turned on when the work is done.
    if (mode === "create") file.pragma(`application_id = ${APPLICATION_ID}`);
    else requireOurs(file, path);
    file.pragma("synchronous = full");
    file.pragma(`cache_size = -${mode === "read" ? 8192 : 65536}`); // KiB, taken only as needed: large seeds touch many index pages.
    file.pragma("foreign_keys = on");
    file.pragma("recursive_triggers = on");
    return file;
  });
}

/** Private from the first moment: SQLite gives the -wal and -shm files the mode of the database. */
export function reserveFile(path: string): void {
  const { O_CREAT, O_EXCL, O_RDWR } = constants;
  translated(path, () => {
    closeSync(openSync(path, O_CREAT | O_EXCL | O_RDWR, 0o600));
    chmodSync(path, 0o600);
  });
}

function requireFile(path: string): void {
  const found = translated(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!found)
    throw unavailable("DATABASE_MISSING", `there is no database at ${path}: create one with rbac init or rbac seed`);
  if (!found.isFile()) throw unavailable("DATABASE_INVALID", `${path} is not a file, so it is no database`);
}

function requireOurs(file: BetterSqlite3.Database, path: string): void {
  if (file.pragma("application_id", { simple: true }) === APPLICATION_ID) return;
  file.close();
  throw unavailable("DATABASE_INVALID", `${path} is not a database of rbac`);
}

/** A question needs no writable folder: where SQLite cannot place its -shm file, a settled database is read as bytes. */
function openToRead(Sqlite: typeof BetterSqlite3, path: string): BetterSqlite3.Database {
  const file = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  try {
    file.pragma("schema_version");
    return file;
  } catch (error) {
    file.close();
    const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
    const blocked = /^SQLITE_(CANTOPEN|READONLY)/.test(codeOf(error));
    if (!blocked || (wal?.size ?? 0) > 0) throw error;
    const bytes = readFileSync(path);
    bytes.fill(1, 18, 20); // The header's read and write versions: 1 is "no write-ahead log".
    return new Sqlite(bytes, { readonly: true });
  }
}

/** @throws RbacError `DRIVER_MISSING` (exit 70) saying how to install it; a wrong N-API level would crash without a word. */
function loadDriver(): typeof BetterSqlite3 {
  const require = createRequire(import.meta.url);
  const { version } = require("better-sqlite3/package.json") as { version: string };
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 22 && Number(version.split(".")[0]) > 12) {
    throw new RbacError(
      70,
      "DRIVER_MISSING",
      `better-sqlite3 ${version} needs Node 22, this is ${process.version}: reinstall with this Node`,
    );
  }
  try {
    return require("better-sqlite3") as typeof BetterSqlite3;
  } catch (cause) {
    const how = "npm install --global --allow-scripts=better-sqlite3 rbac-admin";
    throw new RbacError(70, "DRIVER_MISSING", `better-sqlite3 was installed without its binary: ${how}`, { cause });
  }
}

/**
 * Kysely prepares each query anew; the same text is prepared once. SQLite itself rolls back when the disk is full or fails: to
 * roll back again would be an error, and would hide the one that matters.
 */
function withStatementCache(file: BetterSqlite3.Database) {
  const prepared = cachedByText((text) => file.prepare(text));
  return {
    prepare: (query: string) => prepared(query === "rollback" && !file.inTransaction ? "select 1 where false" : query),
    close: () => {
      file.close();
    },
  };
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? "");
