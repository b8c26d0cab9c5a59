/** Triggers and functions that make `entries` append-only and gapless on a server. */

/** The search path of the functions; fixed, so that no search path or temporary table of a session deceives them. */
const SEARCH_PATH = "pg_catalog, pg_temp";

/** Reads the last entry before the added ones; its schema is a parameter of `format`. */
const LAST_BEFORE_ADDED = "select max(seq) from %I.entries where seq < (select min(seq) from added)";

/** The triggers run once per statement: for millions of rows they only compare the lowest and highest number. */
const BODIES: Readonly<Record<string, string>> = {
  entries_append: `
    declare
      last bigint;
      fits boolean;
    begin
      execute format('${LAST_BEFORE_ADDED}', tg_table_schema) into last;
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
      `create function ${name}() returns trigger language plpgsql set search_path = ${SEARCH_PATH} as $$${body}$$`,
  ),
  `create trigger entries_append after insert on entries referencing new table as added
   for each statement execute function entries_append()`,
  `create trigger entries_refuse before update or delete or truncate on entries
   for each statement execute function entries_refuse()`,
];

/** The functions as `catalogSchema` describes them in an untouched schema. */
export const EXPECTED_FUNCTIONS: readonly (readonly [name: string, text: string])[] = Object.entries(BODIES).map(
  ([name, body]) => [`function ${name}`, `plpgsql f search_path=${SEARCH_PATH} ${body}`],
);
