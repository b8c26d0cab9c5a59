/** The nearest names that a database holds, for an error about a name that it does not hold. */
import type { Kysely } from "kysely";
import { type Named, UnknownName } from "../../errors.ts";
import { nearest } from "../../policy/model/name-suggestions.ts";
import { type Column, TABLE, type Tables } from "../engine/tables.ts";
import { columnBetween, type Fragment, rawSql } from "../sql/fragments.ts";

/** The same error, with the nearest names that the database holds. */
export const withSuggestions = async (db: Kysely<Tables>, { named, missing }: UnknownName): Promise<UnknownName> =>
  new UnknownName(named, missing, await nearestNames(db, named, missing));

/** Does something: a name that is not there is told with the nearest that are. */
export async function addingSuggestions<T>(db: Kysely<Tables>, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof UnknownName && error.suggestions.length === 0 ? await withSuggestions(db, error) : error;
  }
}

/** Up to so many names are all looked at. */
const FEW = 10_000;
/** Of more, so many with each beginning that is shared. */
const SOME = 1000;

/** The names near to one. Among very many only those that begin like it are looked for: the longer alike, the sooner. */
export async function nearestNames(db: Kysely<Tables>, named: Named, name: string): Promise<string[]> {
  const names = async (most: number, ...conditions: Fragment[]) => {
    let query = db.selectFrom(TABLE[named]).select(named).limit(most);
    for (const condition of conditions) query = query.where(rawSql(condition));
    const rows = (await query.execute()) as Record<string, Column>[];
    return rows.map((row) => String(row[named])).filter((known) => known !== name);
  };
  const all = await names(FEW);
  if (all.length < FEW - 1) return nearest(name, all);
  const letters = [...name];
  let found: string[] = [];
  for (let length = letters.length; length > 0 && length * 3 >= letters.length && found.length === 0; length--) {
    const prefix = letters.slice(0, length).join("");
    found = nearest(name, await names(SOME, columnBetween(named, prefix, `${prefix}\u{10ffff}`)));
  }
  return found;
}
