/** SQL that creates least-privilege roles on the server, for its administrator to run. */
import { wrong } from "../../errors.ts";
import { KINDS, RECORDS } from "../../policy/model/records.ts";
import { JOIN_TABLES } from "../engine/join-tables.ts";
import { parseServerUrl } from "./server-url.ts";

/** Tables in which a writer may change rows; in `entries` it may only insert, in `meta` only update the revision. */
const WRITABLE_TABLES: readonly string[] = KINDS.map((kind) => RECORDS[kind].table);

/**
 * Returns SQL for three roles: a reader asks questions, a writer changes the policy, an owner creates, migrates,
 * restores and may break the glass. The SQL can be run again, as after a migration to a new format.
 * @throws RbacError `URL_INVALID`, `PREFIX_INVALID` (exit 2)
 */
export function serverRolesSql(url: string, prefix: string): string {
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(prefix))
    throw wrong("PREFIX_INVALID", "write the prefix in small letters, digits and _: rbac");
  const { schema } = parseServerUrl(url);
  const [reader, writer, owner] = ["reader", "writer", "owner"].map((suffix) => `${prefix}_${suffix}`);
  const tables = WRITABLE_TABLES.map((table) => `${schema}.${table}`);
  const joinTables = JOIN_TABLES.map((table) => `${schema}.${table}`);
  return `-- Run by an administrator of the server, in the database that holds the policy, once rbac init has made it:
--   rbac db roles | psql DATABASE
-- Then give each role that is used a password (\\password ${reader}) or another way to log in.
begin;
do $$
declare
  wanted text;
  thing record;
begin
  foreach wanted in array array['${reader}', '${writer}', '${owner}'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I login', wanted);
    end if;
  end loop;
  -- The owner puts a schema in the place of another where a policy is restored.
  execute format('grant create on database %I to ${owner}', current_database());
  alter schema ${schema} owner to ${owner};
  for thing in select tablename as name from pg_tables where schemaname = '${schema}' loop
    execute format('alter table ${schema}.%I owner to ${owner}', thing.name);
  end loop;
  for thing in select proname as name from pg_proc where pronamespace = '${schema}'::regnamespace loop
    execute format('alter function ${schema}.%I() owner to ${owner}', thing.name);
  end loop;
end $$;
revoke all on all tables in schema ${schema} from ${reader}, ${writer};
grant usage on schema ${schema} to ${reader}, ${writer};
-- Questions only.
grant select on all tables in schema ${schema} to ${reader};
-- Changes: an entry can be added, and never changed or deleted.
grant select on all tables in schema ${schema} to ${writer};
grant insert, update, delete on ${tables.join(", ")} to ${writer};
grant insert on ${schema}.entries to ${writer};
grant update (revision) on ${schema}.meta to ${writer};
-- The tables of rbac materialize, where they are made.
do $$
begin
  if to_regclass('${schema}.${JOIN_TABLES[0]}') is not null then
    grant insert, delete on ${joinTables.join(", ")} to ${writer};
  end if;
end $$;
commit;
`;
}
