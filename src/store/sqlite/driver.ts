/** Opens an SQLite file. */
import { chmodSync, closeSync, constants, openSync, readFileSync, type Stats, statSync } from "node:fs";
import { unavailable } from "../../errors.ts";
import {
  type Connection,
  IN_MEMORY,
  isReading,
  type Mode,
  type Prepared,
  type Statement,
} from "../engine/connection.ts";
import { withTranslatedErrors } from "../engine/driver-errors.ts";
import type { Column } from "../engine/tables.ts";
import { CurrentFile, type OpenedFile } from "./current-file.ts";
import { BUSY_MS, SQLITE } from "./dialect.ts";
import { loadDriver, type OpenSqlite, type SqliteDatabase } from "./load-driver.ts";
import { QueriesOfFile } from "./queries-of-file.ts";

/** "rbac" in ASCII; distinguishes our files from other SQLite databases. */
const APPLICATION_ID = 0x72626163;

/** Opens a file. Only mode `create` creates one, and refuses an existing file. @throws RbacError (exit 3, 4 or 70). */
export function openFile(path: string, mode: Mode): Connection {
  const isOurs = path === IN_MEMORY || mode === "create";
  const current = withTranslatedErrors(
    path,
    () => new CurrentFile(isOurs ? undefined : path, () => openSqlite(path, mode)),
  );
  const queries = new QueriesOfFile(current);
  const prepare = ({ sql }: Statement): Prepared => {
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
  return {
    get db() {
      return queries.db;
    },
    dialect: SQLITE,
    name: path,
    isDraft: mode === "create",
    prepare,
    outsideTransactions: (act) => queries.outsideTransactions(act),
    inProcess: {
      isInTransaction: () => current.get().inTransaction,
      inSnapshot: (act) => current.get().transaction(act)(),
    },
    close: () => queries.close(),
  };
}

function openSqlite(path: string, mode: Mode): OpenedFile<SqliteDatabase> {
  const memory = path === IN_MEMORY;
  if (mode === "create" && !memory) reserveFile(path);
  if (mode !== "create" && !memory) requireFile(path);
  const open = loadDriver();
  return withTranslatedErrors(path, () => {
    const opened =
      isReading(mode) && !memory
        ? openToRead(open, path, mode === "glance" ? 0 : BUSY_MS)
        : { file: open(path, { timeout: BUSY_MS, fileMustExist: !memory }), isCopy: false };
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
  const stats = withTranslatedErrors(path, () => statsOf(path));
  if (!stats)
    throw unavailable("DATABASE_MISSING", `there is no database at ${path}: create one with rbac init or rbac seed`);
  if (!stats.isFile()) throw unavailable("DATABASE_INVALID", `${path} is not a file, so it is no database`);
}

/** `throwIfNoEntry: false` would not tell a file where a folder should be from nothing, from Node 22 on. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function requireApplicationId(file: SqliteDatabase, path: string): void {
  if (file.pragma("application_id", { simple: true }) === APPLICATION_ID) return;
  file.close();
  throw unavailable("DATABASE_INVALID", `${path} is not a database of rbac`);
}

/** Needs no writable folder: if SQLite cannot create its -shm file and the -wal is empty, the file is read as bytes. */
function openToRead(open: OpenSqlite, path: string, timeout: number): OpenedFile<SqliteDatabase> {
  const file = open(path, { readonly: true, fileMustExist: true, timeout });
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
    return { file: open(bytes, { readonly: true }), isCopy: true };
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code);
