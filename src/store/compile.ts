/** Compiling the policy of a database, row by row, so that millions of assignments are never held as rows. */
import { type Kysely, sql } from "kysely";
import { CompiledPolicy, PEOPLE, STRUCTURE } from "../policy/compiled.ts";
import { type AnyRow, type Kind, RECORDS } from "../policy/model.ts";
import { type Column, settled, TABLE, type Tables } from "./tables.ts";

const PAGE = 10_000;

/**
 * The policy as it stands, compiled. Run it in a transaction, so that all of it is of one moment.
 * @param people true to hold users and their assignments, which else come with each question.
 */
export async function compiled(db: Kysely<Tables>, people: boolean): Promise<CompiledPolicy> {
  const policy = new CompiledPolicy({ people });
  for (const kind of people ? [...STRUCTURE, ...PEOPLE] : STRUCTURE)
    for await (const page of rowsIn(db, kind)) for (const row of page) policy.add(kind, row);
  if (!people) for (const user of await disabledUsers(db)) policy.add("user", user);
  return policy;
}

const disabledUsers = async (db: Kysely<Tables>): Promise<AnyRow[]> =>
  (await db.selectFrom("users").select(["user", "disabled"]).where("disabled", "=", 1).execute()).map(settled);

/** What decides of the rows of a kind, in the order of their keys, a page at a time. */
async function* rowsIn(db: Kysely<Tables>, kind: Kind): AsyncIterable<readonly AnyRow[]> {
  const key = RECORDS[kind].key as readonly string[];
  const fields = (RECORDS[kind].fields as readonly string[]).filter((field) => DECISIVE.has(field));
  const keys = sql.join(key.map((column) => sql.ref(column)));
  const columns = sql.join([...key, ...fields].map((column) => sql.ref(column)));
  for (let after: Column[] = key.map(() => ""); ; ) {
    const { rows } = await sql<Record<string, Column>>`select ${columns} from ${sql.table(TABLE[kind])}
      where (${keys}) > (${sql.join(after)}) order by ${keys} limit ${sql.lit(PAGE)}`.execute(db);
    const last = rows.at(-1);
    if (last) after = key.map((column) => last[column] ?? "");
    yield rows.map(settled);
    if (rows.length < PAGE) return;
  }
}

const DECISIVE = new Set(["disabled", "from", "until", "type", "roles", "limit"]);

export async function hasAssignments(db: Kysely<Tables>, count: number): Promise<boolean> {
  const last = await db
    .selectFrom("assignments")
    .select("user")
    .limit(1)
    .offset(Math.max(count - 1, 0))
    .executeTakeFirst();
  return last !== undefined;
}
