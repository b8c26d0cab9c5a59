/** The PostgreSQL dialect. */
import { type Kysely, sql } from "kysely";
import { KINDS } from "../../policy/model/records.ts";
import type { Dialect } from "../engine/dialect.ts";
import { moveRevision } from "../engine/revision.ts";
import { TABLE, type Tables } from "../engine/tables.ts";
import { APPEND_ONLY } from "./append-only.ts";
import { catalogSchema } from "./catalog.ts";
import { EXPECTED_JOIN_TABLES, SHARE_JOIN_TABLES } from "./expected-join-tables.ts";
import { EXPECTED_SCHEMA } from "./expected-schema.ts";

export const POSTGRES: Dialect = {
  text: 'text collate "C"',
  integer: "bigint",
  placeholder: (number) => `$${number}`,
  tableOptions: "",
  linkTableOptions: "",
  appendOnly: APPEND_ONLY,
  // With `in`, the planner may join from the other side, and read all grants of a pattern for the sake of a few roles.
  columnInQuery: (column, query) => `${column} = any (array(${query}))`,
  // The server wakes whoever waits, if not always in the order of requests, so one long attempt is enough.
  lockAttemptMs: (wait) => wait,
  lock: async (db, within, step) => {
    // Waiting for the lock must not count towards the statement timeout, so it is off until the lock is held.
    const lockTimeout = `${Math.ceil(within) || 1}`;
    const { rows } = await sql<{ lock: string; statement: string }>`
      select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement,
        set_config('lock_timeout', ${lockTimeout}, true), set_config('statement_timeout', '0', true)`.execute(db);
    const revision = await moveRevision(db, step);
    const [original] = rows;
    await sql`select set_config('lock_timeout', ${original?.lock}, true),
      set_config('statement_timeout', ${original?.statement}, true)`.execute(db);
    return revision;
  },
  // No snapshot is taken yet, so it is of the time after the wait; whoever may change grants may lock them.
  beginFilling: [
    "set local statement_timeout = 0",
    "set local lock_timeout = '30s'",
    "lock table grants in share update exclusive mode",
  ],
  shareJoinTables: SHARE_JOIN_TABLES,
  separately,
  schema: catalogSchema,
  expectedSchema: async () => new Map([...EXPECTED_SCHEMA, ...EXPECTED_JOIN_TABLES]),
  integrity: async () => [],
  settings: async (db) => {
    const settings: Record<string, string | number> = {};
    for (const name of SETTINGS) {
      const { rows } = await sql<{ value: string }>`select current_setting(${name}) as value`.execute(db);
      for (const { value } of rows) settings[name] = value;
    }
    return { ...settings, ...(await sessionFacts(db)) };
  },
  warnings: async (db) => {
    const { rows } = await sql<{ name: string; value: string }>`
      select name, setting as value from pg_catalog.pg_settings where name in (${DURABILITY_SETTINGS})
      and setting = 'off'`.execute(db);
    const { superuser } = await sessionFacts(db);
    return [
      ...rows.map(({ name }) => `the server runs with ${name} off: what it has acknowledged can be lost`),
      ...(superuser === "yes" ? ["connected as a superuser, who can change the record: see rbac db roles"] : []),
    ];
  },
  isOwner: async (db) => {
    const { rows } = await sql<{ owned: boolean }>`
      select pg_has_role(nspowner, 'member') as owned from pg_namespace where nspname = current_schema()`.execute(db);
    return rows.some(({ owned }) => owned);
  },
  enableSharing: async (db) => {
    // The server would collect statistics of its own only after minutes, and read whole tables until then.
    const tables = [...KINDS.map((kind) => TABLE[kind]), "entries", "meta"];
    await sql`analyze ${sql.join(tables.map((table) => sql.table(table)))}`.execute(db);
  },
  requireExclusive: async () => {},
};

/** The server ends a transaction at its first error, unless a savepoint stands before it. */
async function separately<T>(db: Kysely<Tables>, act: () => Promise<T>): Promise<T> {
  await sql`savepoint before_reads`.execute(db);
  try {
    return await act();
  } catch (error) {
    await sql`rollback to savepoint before_reads`.execute(db).catch(() => {}); // A lost session says so at the commit.
    throw error;
  } finally {
    await sql`release savepoint before_reads`.execute(db).catch(() => {});
  }
}

const SETTINGS = ["server_version", "server_encoding", "synchronous_commit", "search_path", "statement_timeout"];

/** Settings that, switched off, can lose acknowledged commits. */
const DURABILITY_SETTINGS = sql.raw("'fsync', 'synchronous_commit', 'full_page_writes'");

const USES_TLS = sql.raw(
  "(select case when ssl then 'yes' else 'no' end from pg_stat_ssl where pid = pg_backend_pid())",
);

/** The connected user, the kind of connection, and the size of the schema in bytes. */
async function sessionFacts(db: Kysely<Tables>): Promise<Record<string, string | number>> {
  const { rows } = await sql<Record<string, string | number>>`
    select current_user as "connected as", current_setting('is_superuser') as superuser,
      case when pg_is_in_recovery() then 'yes' else 'no' end as replica,
      coalesce(${USES_TLS}, 'no') as tls,
      (select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class c
        where relnamespace = current_schema()::regnamespace and relkind = 'r') as bytes`.execute(db);
  const [facts = {}] = rows;
  return { ...facts, superuser: facts.superuser === "on" ? "yes" : "no", bytes: Number(facts.bytes) };
}
