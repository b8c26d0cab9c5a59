/** The keys by which new names are compared with those that stand (rule 29), computed for all names of a database. */
import { type Kysely, sql } from "kysely";
import { confusableKeys } from "../../policy/model/confusables.ts";
import { NAMED_KINDS } from "../../policy/model/records.ts";
import { TABLE, type Tables, withAnyColumns } from "./tables.ts";

/** Names are updated this many at a time: three parameters each, of which SQLite takes 32,766. */
const NAMES_AT_ONCE = 1000;

/** Computes both keys of every name anew, in the order of the names. */
export async function computeLookalikeKeys(db: Kysely<Tables>): Promise<void> {
  for (const kind of NAMED_KINDS) {
    const table = TABLE[kind];
    for (let last = ""; ; ) {
      const query = withAnyColumns(db).selectFrom(table).select(kind).where(kind, ">", last).orderBy(kind);
      const names = (await query.limit(NAMES_AT_ONCE).execute()).map((row) => String(row[kind]));
      if (names.length === 0) break;
      last = String(names.at(-1));
      const rows = names.map((name) => sql`(${sql.join([name, ...confusableKeys(name)])})`);
      // As text, since kysely has no update from a list of values.
      await sql`update ${sql.table(table)} set skeleton = named.column2, skeleton_folded = named.column3
        from (values ${sql.join(rows)}) as named where ${sql.ref(`${table}.${kind}`)} = named.column1`.execute(db);
    }
  }
}
