/** Copies owners and privileges from a schema to the one that replaces it. */
import { JOIN_TABLES } from "../engine/join-tables.ts";
import type { ReconnectingConnection } from "./reconnecting-connection.ts";

/**
 * Returns the statements that give one schema the owners and grants of another.
 * @param from the schema to read
 * @param to the name of the schema that the statements change
 */
export async function copiedPrivileges(server: ReconnectingConnection, from: string, to: string): Promise<string[]> {
  const rows = await server.queryRows(STATEMENTS, [from, to]);
  return rows.map(([statement]) => String(statement));
}

const GRANTEE = "case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end";

/** Tables but those to JOIN, which are not there in what replaces a schema. */
const OF_POLICY = `relkind = 'r' and relname not in (${JOIN_TABLES.map((table) => `'${table}'`).join(", ")})`;

/** Owners come first: they need no grants. */
const STATEMENTS = `
  select format('alter schema %I owner to %I', $2::text, pg_get_userbyid(nspowner)) as said, 1 as place
    from pg_namespace where nspname = $1
  union all
  select format('alter table %I.%I owner to %I', $2::text, relname, pg_get_userbyid(relowner)), 2
    from pg_class where relnamespace = $1::regnamespace and ${OF_POLICY}
  union all
  select format('alter function %I.%I() owner to %I', $2::text, proname, pg_get_userbyid(proowner)), 2
    from pg_proc where pronamespace = $1::regnamespace
  union all
  select format('grant %s on schema %I to %s', a.privilege_type, $2::text, ${GRANTEE}), 3
    from pg_namespace, aclexplode(nspacl) a where nspname = $1 and a.grantee <> nspowner
  union all
  select format('grant %s on table %I.%I to %s', a.privilege_type, $2::text, relname, ${GRANTEE}), 3
    from pg_class, aclexplode(relacl) a
    where relnamespace = $1::regnamespace and ${OF_POLICY} and a.grantee <> relowner
  union all
  select format('grant %s (%I) on table %I.%I to %s', a.privilege_type, attname, $2::text, relname, ${GRANTEE}), 3
    from pg_class join pg_attribute on attrelid = pg_class.oid, aclexplode(attacl) a
    where relnamespace = $1::regnamespace and ${OF_POLICY}
  order by place`;
