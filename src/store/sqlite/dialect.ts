/** What SQLite says in its own way. */
import { sql } from "kysely";
import { unavailable } from "../../errors.ts";
import type { Dialect } from "../engine/dialect.ts";

/** How long a statement waits where nothing else is said, in milliseconds. */
export const BUSY_MS = 5000;

/**
 * A BEFORE INSERT trigger runs before REPLACE deletes, whatever the connection's pragmas: any `seq` but the next is refused,
 * and so nothing can be replaced.
 */
export const SQLITE: Dialect = {
  byteCollated: (statement) => statement,
  table: "strict",
  linkTable: "strict, without rowid",
  appendOnly: [
    `create trigger entries_append before insert on entries
     when new.seq is not (select coalesce(max(seq), 0) + 1 from entries)
     begin select raise(abort, 'entries only grow, one after the other'); end`,
    "create trigger entries_no_update before update on entries begin select raise(abort, 'entries are never changed'); end",
    "create trigger entries_no_delete before delete on entries begin select raise(abort, 'entries are never deleted'); end",
  ],
  columnInQuery: (column, query) => `${column} in (${query})`,
  // SQLite asks ever more seldom, and while it waits the process can do nothing else, not even end. Who begins a round asks as often as
  // who has just come, and signals are heard in between.
  lockRound: (wait) => Math.min(wait, 500),
  lock: async (db, within) => {
    await sql`pragma busy_timeout = ${sql.lit(within)}`.execute(db);
    try {
      await sql`update meta set revision = revision`.execute(db);
    } finally {
      await sql`pragma busy_timeout = ${sql.lit(BUSY_MS)}`.execute(db);
    }
  },
  schema: async (db) => {
    // Quoted, for one bit makes bytes of a text, and nothing else would tell.
    const { rows } = await sql<{ type: string; name: string; text: string }>`
      select type, name, quote(type) || quote(name) || quote(tbl_name) || quote(sql) as text from sqlite_master
      where not (type = 'table' and name in ('sqlite_stat1', 'sqlite_stat4'))`.execute(db);
    return new Map(rows.map(({ type, name, text }) => [`${type} ${name}`, text]));
  },
  integrity: async (db) => {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db);
    return rows.map((row) => row.integrity_check).filter((line) => line !== "ok");
  },
  settings: async (db) => {
    const found: Record<string, string | number> = {};
    for (const name of [
      "journal_mode",
      "synchronous",
      "foreign_keys",
      "busy_timeout",
      "page_size",
      "page_count",
      "freelist_count",
    ]) {
      const { rows } = await sql<Record<string, string | number>>`pragma ${sql.raw(name)}`.execute(db);
      found[name] = Object.values(rows[0] ?? {})[0] ?? "";
    }
    return found;
  },
  warnings: async () => [],
  copyInto: async (db, path) => {
    await sql`vacuum into ${path}`.execute(db);
  },
  enableSharing: async (db) => {
    await sql`pragma journal_mode = wal`.execute(db); // What is made, or copied, is made without a log, in the file itself.
  },
  requireExclusive: async (db) => {
    // Leaving the write-ahead log needs the file for oneself alone.
    const { rows } = await sql<{ journal_mode: string }>`pragma journal_mode = delete`.execute(db);
    if (rows[0]?.journal_mode === "wal")
      throw unavailable("DATABASE_LOCKED", "the database is in use", { retry: true });
  },
};
