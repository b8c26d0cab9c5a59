/** What makes `entries` append-only and gapless on a server. */

/** The schemas that the functions look in, whatever the session says of schemas or makes up for itself. */
const SEARCHED = "pg_catalog, pg_temp";

/** One trigger for each statement, so that millions of rows cost no more than a look at both ends. */
const BODIES: Readonly<Record<string, string>> = {
  entries_append: `
    declare
      last bigint;
      fits boolean;
    begin
      execute format('select max(seq) from %I.entries where seq < (select min(seq) from added)', tg_table_schema) into last;
      select min(seq) = coalesce(last, 0) + 1 and max(seq) - min(seq) + 1 = count(*) into fits from added;
      if not fits then raise exception 'entries only grow, one after the other'; end if;
      return null;
    end `,
  entries_refuse: `
    begin raise exception 'entries are never changed or deleted'; end `,
};

export const APPEND_ONLY: readonly string[] = [
  ...Object.entries(BODIES).map(
    ([name, body]) =>
      `create function ${name}() returns trigger language plpgsql set search_path = ${SEARCHED} as $$${body}$$`,
  ),
  `create trigger entries_append after insert on entries referencing new table as added
   for each statement execute function entries_append()`,
  `create trigger entries_refuse before update or delete or truncate on entries
   for each statement execute function entries_refuse()`,
];

/** The functions as the catalogue describes them. */
export const DESCRIBED: readonly (readonly [name: string, text: string])[] = Object.entries(BODIES).map(
  ([name, body]) => [`function ${name}`, `plpgsql f search_path=${SEARCHED} ${body}`],
);
