/** What PostgreSQL says in its own way. */
import { type Kysely, sql } from "kysely";
import { KINDS } from "../../policy/model/policy.ts";
import type { Dialect } from "../engine/dialect.ts";
import { TABLE, type Tables } from "../engine/tables.ts";
import { APPEND_ONLY } from "./append-only.ts";
import { catalogSchema } from "./catalog.ts";
import { EXPECTED_SCHEMA } from "./expected-schema.ts";

export const POSTGRES: Dialect = {
  // SQLite's integers have eight bytes, and numbers come in from outside: a limit, a revision that is asked for.
  byteCollated: (statement) =>
    statement.replace(/ text(?=[ ,)])/g, ' text collate "C"').replace(/ integer(?=[ ,)])/g, " bigint"),
  table: "",
  linkTable: "",
  appendOnly: APPEND_ONLY,
  // What is joined may be read from the other end: all grants of a pattern, for the few roles that are near.
  columnInQuery: (column, query) => `${column} = any (array(${query}))`,
  // The server lets those who wait have the lock in the order in which they came.
  lockRound: (wait) => wait,
  lock: async (db, within) => {
    // Whoever waits for long is not slow: the time of a statement counts from when the lock is held.
    const { rows } = await sql<{ lock: string; statement: string }>`
      select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement,
        set_config('lock_timeout', ${`${Math.ceil(within) || 1}`}, true), set_config('statement_timeout', '0', true)`.execute(
      db,
    );
    await sql`select revision from meta for update`.execute(db);
    const [usual] = rows;
    await sql`select set_config('lock_timeout', ${usual?.lock}, true),
      set_config('statement_timeout', ${usual?.statement}, true)`.execute(db);
  },
  schema: catalogSchema,
  expectedSchema: async () => EXPECTED_SCHEMA,
  integrity: async () => [],
  settings: async (db) => {
    const found: Record<string, string | number> = {};
    for (const name of SETTINGS) {
      const { rows } = await sql<{ value: string }>`select current_setting(${name}) as value`.execute(db);
      found[name] = rows[0]?.value ?? "";
    }
    return { ...found, ...(await factsOf(db)) };
  },
  warnings: async (db) => {
    const { rows } = await sql<{ name: string; value: string }>`
      select name, setting as value from pg_catalog.pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes')
      and setting = 'off'`.execute(db);
    const { superuser } = await factsOf(db);
    return [
      ...rows.map(({ name }) => `the server runs with ${name} off: what it has acknowledged can be lost`),
      ...(superuser === "yes" ? ["connected as a superuser, who can change the record: see rbac db roles"] : []),
    ];
  },
  isOwner: async (db) => {
    const { rows } = await sql<{ owned: boolean }>`
      select pg_has_role(nspowner, 'member') as owned from pg_namespace where nspname = current_schema()`.execute(db);
    return rows[0]?.owned ?? false;
  },
  enableSharing: async (db) => {
    // By itself the server would look at what is new within minutes, and read whole tables until then.
    const tables = [...KINDS.map((kind) => TABLE[kind]), "entries", "meta"];
    await sql`analyze ${sql.join(tables.map((table) => sql.table(table)))}`.execute(db);
  },
  requireExclusive: async () => {},
};

const SETTINGS = ["server_version", "server_encoding", "synchronous_commit", "search_path", "statement_timeout"];

/** Who is connected, and how; and how large the schema is. */
async function factsOf(db: Kysely<Tables>): Promise<Record<string, string | number>> {
  const { rows } = await sql<Record<string, string | number>>`
    select current_user as "connected as", current_setting('is_superuser') as superuser,
      case when pg_is_in_recovery() then 'yes' else 'no' end as replica,
      coalesce((select case when ssl then 'yes' else 'no' end from pg_stat_ssl where pid = pg_backend_pid()), 'no') as tls,
      (select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class c
        where relnamespace = current_schema()::regnamespace and relkind = 'r') as bytes`.execute(db);
  const [facts = {}] = rows;
  return { ...facts, superuser: facts.superuser === "on" ? "yes" : "no", bytes: Number(facts.bytes ?? 0) };
}
