/** The entries about many rows, read at once: for lists, which have thousands of rows. */
import type { Kysely } from "kysely";
import { keyFields, kindOf } from "../../policy/model/change.ts";
import type { Entry } from "../../policy/model/results.ts";
import type { Tables } from "../engine/tables.ts";
import { chunks, columnIn, type Fragment, fragment, rawSql } from "../sql/fragments.ts";
import { fromRow } from "./entries.ts";
import { type EntriesOfRows, entriesInDatabase, refKey } from "./entries-of-rows.ts";
import { formersOf } from "./former-names.ts";

/** Those about the assignments of some people. @param users their names now; former names are followed */
export async function entriesOfPeople(db: Kysely<Tables>, users: readonly string[]): Promise<EntriesOfRows> {
  const names = await withFormerNames(db, users);
  const ofPeople = [...chunks([...names])].map((chunk) => columnIn("user", chunk));
  return inMemory(db, ofPeople, ["assignment.add", "assignment.update", "assignment.remove"]);
}

/** More entries are not read at once, for there may be a million scoped grants. */
const MOST_ENTRIES = 50_000;
const OF_STRUCTURE = fragment(`"user" is null`);

/** Those about grants and roles of everyone. */
export async function entriesOfStructure(db: Kysely<Tables>): Promise<EntriesOfRows> {
  const beyond = db.selectFrom("entries").select("seq").where(rawSql(OF_STRUCTURE)).orderBy("seq");
  const [isLarge] = await beyond.offset(MOST_ENTRIES).limit(1).execute();
  if (isLarge) return entriesInDatabase(db);
  const kinds = ["grant", "conditional", "everyone"].flatMap((kind) => [`${kind}.add`, `${kind}.remove`]);
  return inMemory(db, [OF_STRUCTURE], kinds);
}

async function inMemory(
  db: Kysely<Tables>,
  parts: readonly Fragment[],
  kinds: readonly string[],
): Promise<EntriesOfRows> {
  const entriesByRow = new Map<string, Entry[]>();
  for (const part of parts) {
    const query = db.selectFrom("entries").selectAll().where(rawSql(part)).where("kind", "in", kinds).orderBy("seq");
    for (const row of await query.execute()) {
      const entry = fromRow(row);
      const key = refKey({ kind: kindOf(entry.change), key: keyFields(entry.change) });
      const known = entriesByRow.get(key);
      if (known) known.push(entry);
      else entriesByRow.set(key, [entry]);
    }
  }
  return {
    lastIn: async (revision, row) => entriesByRow.get(refKey(row))?.findLast((entry) => entry.revision === revision),
    lastBefore: async (revision, row) => entriesByRow.get(refKey(row))?.findLast((entry) => entry.revision < revision),
    formersOf: (names) => formersOf(db, names),
  };
}

/** The names and all that they replaced, also in turn. */
async function withFormerNames(db: Kysely<Tables>, users: readonly string[]): Promise<ReadonlySet<string>> {
  const names = new Set(users);
  for (let found = users; found.length > 0; ) {
    const formers = await formersOf(
      db,
      found.map((user) => ["user", user] as const),
    );
    found = formers.map(({ former }) => former).filter((name) => !names.has(name));
    for (const name of found) names.add(name);
  }
  return names;
}
