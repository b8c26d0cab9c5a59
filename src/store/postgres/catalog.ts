/** Reads the schema from the catalogue of the server, in a form that is equal on all supported server versions. */
import { type Kysely, sql } from "kysely";
import type { Tables } from "../engine/tables.ts";

/** The attributes of a function that decide what it does. */
const FUNCTION_TEXT = sql.raw("concat_ws(' ', l.lanname, p.prosecdef, array_to_string(p.proconfig, ';'), p.prosrc)");

/** The description of every table, constraint, index, trigger, function, policy, type and rule, by kind and name. */
export async function catalogSchema(db: Kysely<Tables>): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ name: string; text: string }>`
    select concat('table ', c.relname) as name, concat(c.relpersistence, c.relrowsecurity, ' ', string_agg(
        concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), o.collname, a.attnotnull, a.atthasdef), ', '
        order by a.attnum)) as text
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_collation o on o.oid = a.attcollation
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      group by c.relname, c.relpersistence, c.relrowsecurity
    union all
    select concat('constraint ', r.conname), concat_ws(' ', c.relname, pg_get_constraintdef(r.oid), r.convalidated)
      from pg_constraint r join pg_class c on c.oid = r.conrelid
      where r.connamespace = current_schema()::regnamespace and r.contype <> 'n'
    union all
    select concat('index ', c.relname), concat_ws(' ', t.relname, i.indisunique, i.indisvalid,
        (select string_agg(concat_ws(' ', pg_get_indexdef(i.indexrelid, k, true),
          (select o.collname from pg_collation o where o.oid = i.indcollation[k - 1])), ', ' order by k)
          from generate_series(1, i.indnatts) k),
        pg_get_expr(i.indpred, i.indrelid))
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
      where c.relnamespace = current_schema()::regnamespace
    union all
    select concat('trigger ', t.tgname), concat_ws(' ', c.relname, t.tgtype, t.tgenabled, p.proname, t.tgnewtable,
        pg_get_expr(t.tgqual, t.tgrelid))
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
      where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal
    union all
    select concat('trigger ', t.tgtype, ' of ', r.conname), concat('is enabled as ', t.tgenabled)
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_constraint r on r.oid = t.tgconstraint
      where c.relnamespace = current_schema()::regnamespace and t.tgisinternal and t.tgenabled <> 'O'
    union all
    select concat('function ', p.proname), ${FUNCTION_TEXT}
      from pg_proc p join pg_language l on l.oid = p.prolang where p.pronamespace = current_schema()::regnamespace
    union all
    select concat('policy ', p.polname, ' of ', c.relname), 'of row level security'
      from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = current_schema()::regnamespace
    union all
    select concat('type ', t.typname), t.typtype::text
      from pg_type t where t.typnamespace = current_schema()::regnamespace and t.typrelid = 0 and t.typelem = 0
    union all
    select concat('rule ', r.rulename, ' of ', c.relname), concat('is enabled as ', r.ev_enabled)
      from pg_rewrite r join pg_class c on c.oid = r.ev_class
      where c.relnamespace = current_schema()::regnamespace`.execute(db);
  return new Map(rows.map(({ name, text }) => [name, text]));
}
