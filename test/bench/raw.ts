/**
 * The floor under seeding: `tsx test/bench/raw.ts FROM TO [entries]` puts the rows of a database into a new one with
 * the same tables and indices, by better-sqlite3 alone in one transaction; the record only where it is asked for.
 */
import Sqlite from "better-sqlite3";

const [from = "", to = "", entries] = process.argv.slice(2);
const source = new Sqlite(from, { readonly: true });
const target = new Sqlite(to);
target.pragma("journal_mode = wal");
const parts = source
  .prepare("select type, name, tbl_name, sql from sqlite_master where sql is not null and type in ('table', 'index')")
  .all() as { type: string; name: string; tbl_name: string; sql: string }[];
target.transaction(() => {
  for (const { sql } of parts) target.exec(sql);
  for (const { type, name } of parts) {
    if (type !== "table" || (name === "entries" && entries === undefined)) continue;
    const read = source.prepare(`select * from "${name}"`).raw();
    const insert = target.prepare(
      `insert into "${name}" values (${read
        .columns()
        .map(() => "?")
        .join(", ")})`,
    );
    for (const row of read.iterate()) insert.run(row);
  }
})();
target.close();
