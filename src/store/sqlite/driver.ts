/** Opens an SQLite file; the only file that uses the driver `better-sqlite3`. */
import { chmodSync, closeSync, constants, openSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import type BetterSqlite3 from "better-sqlite3";
import { type CompiledQuery, Kysely, SqliteDialect } from "kysely";
import { RbacError, unavailable } from "../../errors.ts";
import { type Connection, IN_MEMORY, isReading, type Mode, type Prepared } from "../engine/connection.ts";
import { withTranslatedErrors } from "../engine/driver-errors.ts";
import type { Column, Tables } from "../engine/tables.ts";
import { cachedByText } from "../sql/statement-cache.ts";
import { CurrentFile, type OpenedFile } from "./current-file.ts";
import { BUSY_MS, SQLITE } from "./dialect.ts";

/** "rbac" in ASCII; distinguishes our files from other SQLite databases. */
const APPLICATION_ID = 0x72626163;

/** Opens a file. Only mode `create` creates one, and refuses an existing file. @throws RbacError (exit 3, 4 or 70). */
export function openFile(path: string, mode: Mode): Connection {
  const isOurs = path === IN_MEMORY || mode === "create";
  const current = withTranslatedErrors(
    path,
    () => new CurrentFile(isOurs ? undefined : path, () => openSqlite(path, mode)),
  );
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: withStatementCache(current) }) });
  const prepare = ({ sql }: CompiledQuery): Prepared => {
    let file = current.get();
    let statement = file.prepare<Column[], Column[]>(sql).raw();
    return (...parameters) => {
      if (file !== current.get()) {
        file = current.get();
        statement = file.prepare<Column[], Column[]>(sql).raw();
      }
      return statement.all(...parameters);
    };
  };
  // Kysely has one connection, and lends it only while no transaction is open.
  const outsideTransactions = <T>(act: () => Promise<T>) => db.connection().execute(act);
  const close = async () => {
    await db.destroy();
    current.close(); // Kysely does not close a driver that it never used.
  };
  return { db, dialect: SQLITE, name: path, isDraft: mode === "create", prepare, outsideTransactions, close };
}

function openSqlite(path: string, mode: Mode): OpenedFile<BetterSqlite3.Database> {
  const memory = path === IN_MEMORY;
  if (mode === "create" && !memory) reserveFile(path);
  if (mode !== "create" && !memory) requireFile(path);
  const Sqlite = loadDriver();
  return withTranslatedErrors(path, () => {
    const opened =
      isReading(mode) && !memory
        ? openToRead(Sqlite, path, mode === "glance" ? 0 : BUSY_MS)
        : { file: new Sqlite(path, { timeout: BUSY_MS, fileMustExist: !memory }), isCopy: false };
    const { file } = opened;
    // A new database has no write-ahead log until it is complete: each page would be written twice.
    if (mode === "create") file.pragma(`application_id = ${APPLICATION_ID}`);
    else requireApplicationId(file, path);
    file.pragma("synchronous = full");
    // In KiB, allocated only as needed: large seeds touch many index pages.
    file.pragma(`cache_size = -${isReading(mode) ? 8192 : 65536}`);
    file.pragma("foreign_keys = on");
    file.pragma("recursive_triggers = on");
    return opened;
  });
}

/** Creates an empty file that only its owner can read; SQLite gives the -wal and -shm files the same mode. */
export function reserveFile(path: string): void {
  const { O_CREAT, O_EXCL, O_RDWR } = constants;
  withTranslatedErrors(path, () => {
    closeSync(openSync(path, O_CREAT | O_EXCL | O_RDWR, 0o600));
    chmodSync(path, 0o600);
  });
}

function requireFile(path: string): void {
  const stats = withTranslatedErrors(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!stats)
    throw unavailable("DATABASE_MISSING", `there is no database at ${path}: create one with rbac init or rbac seed`);
  if (!stats.isFile()) throw unavailable("DATABASE_INVALID", `${path} is not a file, so it is no database`);
}

function requireApplicationId(file: BetterSqlite3.Database, path: string): void {
  if (file.pragma("application_id", { simple: true }) === APPLICATION_ID) return;
  file.close();
  throw unavailable("DATABASE_INVALID", `${path} is not a database of rbac`);
}

/** Needs no writable folder: if SQLite cannot create its -shm file and the -wal is empty, the file is read as bytes. */
function openToRead(Sqlite: typeof BetterSqlite3, path: string, timeout: number): OpenedFile<BetterSqlite3.Database> {
  const file = new Sqlite(path, { readonly: true, fileMustExist: true, timeout });
  try {
    file.pragma("schema_version");
    return { file, isCopy: false };
  } catch (error) {
    file.close();
    const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
    const blocked = /^SQLITE_(CANTOPEN|READONLY)/.test(codeOf(error));
    if (!blocked || (wal?.size ?? 0) > 0) throw error;
    const bytes = readFileSync(path);
    bytes.fill(1, 18, 20); // The read and write versions in the header; 1 means "no write-ahead log".
    return { file: new Sqlite(bytes, { readonly: true }), isCopy: true };
  }
}

/**
 * Loads the driver. The version is checked first, since a driver with a wrong N-API level crashes without a message.
 * @throws RbacError `DRIVER_MISSING` (exit 70), which says how to install it.
 */
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
    const command = "npm install --global --allow-scripts=better-sqlite3 rbac-admin";
    throw new RbacError(70, "DRIVER_MISSING", `better-sqlite3 was installed without its binary: ${command}`, { cause });
  }
}

/**
 * Prepares each SQL text once; kysely would prepare it for every call. SQLite rolls back by itself if the disk is full
 * or fails: a second rollback would be an error and would hide the first, so it is replaced by a query without effect.
 */
function withStatementCache(current: CurrentFile<BetterSqlite3.Database>) {
  let file = current.get();
  let prepareCached = cachedByText((text) => file.prepare(text));
  return {
    prepare: (query: string) => {
      if (file !== current.get()) {
        file = current.get();
        prepareCached = cachedByText((text) => file.prepare(text));
      }
      return prepareCached(query === "rollback" && !file.inTransaction ? "select 1 where false" : query);
    },
    close: () => {
      current.close();
    },
  };
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code);
