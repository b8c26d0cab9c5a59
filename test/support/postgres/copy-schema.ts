/** The statements that make another schema with the same tables, rows, keys, indices, functions and triggers. */
import type pg from "pg";

/** No schema of a policy is on the search path of the session, so each name comes with its schema. */
const STATEMENTS = `
  select 1 as place, format('create table %I.%I (%s)', $1::text, c.relname, string_agg(concat_ws(' ',
      quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), 'collate ' || quote_ident(o.collname),
      'default ' || pg_get_expr(d.adbin, d.adrelid), case when a.attnotnull then 'not null' end), ', '
      order by a.attnum)) as statement
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_collation o on o.oid = a.attcollation and o.collname <> 'default'
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = $1::regnamespace and c.relkind = 'r' group by c.relname
  union all
  select 2, format('insert into %I.%I select * from %I.%I', $1::text, relname, 'FROM', relname)
    from pg_class where relnamespace = $1::regnamespace and relkind = 'r'
  union all
  select case r.contype when 'f' then 4 else 3 end,
      format('alter table %I.%I add constraint %I %s', $1::text, c.relname, r.conname, pg_get_constraintdef(r.oid))
    from pg_constraint r join pg_class c on c.oid = r.conrelid
    where r.connamespace = $1::regnamespace and r.contype in ('p', 'u', 'c', 'f')
  union all
  select 5, pg_get_indexdef(i.indexrelid)
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = $1::regnamespace and not exists (select from pg_constraint where conindid = c.oid)
  union all
  select 6, pg_get_functiondef(oid) from pg_proc where pronamespace = $1::regnamespace
  union all
  select 7, pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = $1::regnamespace and not t.tgisinternal
  order by place`;

/** @param role whose the new schema is */
export async function copySchema(client: pg.Client, from: string, to: string, role: string): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(STATEMENTS, [from]);
  const made = rows.map(({ statement }) =>
    statement.replaceAll(`${from}.`, `${to}.`).replace(' from "FROM".', ` from ${from}.`),
  );
  // Sent at once, for a test may make several copies at a time by one session.
  const all = ["begin", `set local role "${role}"`, `create schema ${to}`, ...made, "commit"];
  await client.query(all.join(";\n")).catch(async (error) => {
    await client.query("rollback");
    throw error;
  });
}
