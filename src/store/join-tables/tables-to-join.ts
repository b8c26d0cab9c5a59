/** The tables to JOIN as an open transaction sees them. */
import { sql, type Transaction } from "kysely";
import { refused } from "../../errors.ts";
import { schemaInMemory } from "../audit/inspect-database.ts";
import type { Dialect } from "../engine/dialect.ts";
import { createJoinTables, isOfJoinTable, JOIN_COLUMNS, JOIN_TABLES, type JoinTables } from "../engine/join-tables.ts";
import type { Column, Tables } from "../engine/tables.ts";
import { insertAll } from "../write/bulk-insert.ts";

/** What the tables were made of. */
export type Made = Omit<JoinTables["effective_permissions_made"], "id">;

export class TablesToJoin {
  readonly #trx: Transaction<Tables>;
  readonly #dialect: Dialect;

  constructor(trx: Transaction<Tables>, dialect: Dialect) {
    this.#trx = trx;
    this.#dialect = dialect;
  }

  /** What they were made of; `undefined` where they are not there. @throws RbacError `TABLE_NOT_OURS` (exit 3) */
  async made(): Promise<Made | undefined> {
    if (!(await this.#areThere())) return undefined;
    const columns = ["database", "revision", "at", "patterns", "rows", "omitted"] as const;
    return this.#trx.selectFrom("effective_permissions_made").select(columns).executeTakeFirst();
  }

  /** Empties them, and makes them first where they are not there. @throws RbacError `TABLE_NOT_OURS` (exit 3) */
  async clear(): Promise<void> {
    if (await this.#areThere()) for (const table of JOIN_TABLES) await this.#trx.deleteFrom(table).execute();
    else
      for (const statement of [...createJoinTables(this.#dialect), ...(this.#dialect.shareJoinTables ?? [])])
        await sql.raw(statement).execute(this.#trx);
  }

  /** Removes them; `false` where they are not there. @throws RbacError `TABLE_NOT_OURS` (exit 3) */
  async drop(): Promise<boolean> {
    if (!(await this.#areThere())) return false;
    for (const table of JOIN_TABLES) await this.#trx.schema.dropTable(table).execute();
    return true;
  }

  /** Adds rows, with columns in the order of `JOIN_COLUMNS`. */
  async add(table: keyof typeof JOIN_COLUMNS, rows: Iterable<readonly Column[]>): Promise<void> {
    await insertAll(this.#trx, table, JOIN_COLUMNS[table], rows, () => {});
  }

  /** Says what they were made of. */
  async finish(made: Made): Promise<void> {
    await this.#trx
      .insertInto("effective_permissions_made")
      .values({ id: 1, ...made })
      .execute();
  }

  /** Whatever else has one of their names is left alone, for somebody may need it. */
  async #areThere(): Promise<boolean> {
    const found = [...(await this.#dialect.schema(this.#trx))].filter(([name]) => isOfJoinTable(name));
    if (found.length === 0) return false;
    const expected = await (this.#dialect.expectedSchema ?? schemaInMemory)();
    const isMissing = [...expected.keys()].filter(isOfJoinTable).length !== found.length;
    const other = found.find(([name, text]) => expected.get(name) !== text);
    if (!other && !isMissing) return true;
    const [name] = other ?? found[0] ?? [];
    throw refused("TABLE_NOT_OURS", `${name} is none that rbac made, or it was changed: nothing was written`);
  }
}
