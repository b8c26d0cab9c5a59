/** Finds the nearest names in a database, for errors about unknown names. */
import type { Kysely } from "kysely";
import { type Named, UnknownName } from "../../errors.ts";
import { nearest } from "../../policy/model/name-suggestions.ts";
import { type Column, TABLE, type Tables } from "../engine/tables.ts";
import { columnBetween, type Fragment, rawSql } from "../sql/fragments.ts";

/** A copy of the error, with the nearest names in the database. */
export const withSuggestions = async (db: Kysely<Tables>, { named, missing }: UnknownName): Promise<UnknownName> =>
  new UnknownName(named, missing, await nearestNames(db, named, missing));

/** Runs `act`, and adds the nearest names in the database to an unknown-name error that has none. */
export async function addingSuggestions<T>(db: Kysely<Tables>, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof UnknownName && error.suggestions.length === 0 ? await withSuggestions(db, error) : error;
  }
}

/** Up to this many names are all compared. */
const MAX_COMPARED = 10_000;
/** If there are more, this many are compared for each prefix. */
const MAX_PER_PREFIX = 1000;

/**
 * The names nearest to a name. Among very many, only names that share a prefix with it are compared: the longest shared
 * prefix first, down to a third of its letters.
 */
export async function nearestNames(db: Kysely<Tables>, named: Named, name: string): Promise<string[]> {
  const names = async (limit: number, ...conditions: Fragment[]) => {
    let query = db.selectFrom(TABLE[named]).select(named).limit(limit);
    for (const condition of conditions) query = query.where(rawSql(condition));
    const rows = (await query.execute()) as Record<string, Column>[];
    return rows.map((row) => String(row[named])).filter((other) => other !== name);
  };
  const all = await names(MAX_COMPARED);
  if (all.length < MAX_COMPARED - 1) return nearest(name, all);
  const letters = [...name];
  let found: string[] = [];
  for (let length = letters.length; length > 0 && length * 3 >= letters.length && found.length === 0; length--) {
    const prefix = letters.slice(0, length).join("");
    found = nearest(name, await names(MAX_PER_PREFIX, columnBetween(named, prefix, `${prefix}\u{10ffff}`)));
  }
  return found;
}
