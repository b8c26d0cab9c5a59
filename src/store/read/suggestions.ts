/** Adds the nearest names in a database to errors about unknown names. Nothing else does, and the store always does. */
import type { Kysely } from "kysely";
import { type Named, RbacError, UnknownName } from "../../errors.ts";
import { nearest } from "../../policy/model/name-suggestions.ts";
import { TABLE, type Tables } from "../engine/tables.ts";
import { columnBetween, type Fragment, rawSql } from "../sql/fragments.ts";

/** The error that leaves the store: for an unknown name without suggestions a copy that has them. */
export async function withSuggestions(db: Kysely<Tables>, error: unknown): Promise<unknown> {
  if (!(error instanceof UnknownName) || error.suggestions.length > 0) return error;
  const { named, missing } = error;
  return new UnknownName(named, missing, await nearestNames(db, named, missing), await isUserForRole(db, error));
}

/** True where the name of a user stands in the place of a role: arguments that were swapped are common. */
async function isUserForRole(db: Kysely<Tables>, { named, missing }: UnknownName): Promise<boolean> {
  if (named !== "role") return false;
  return (await db.selectFrom("users").select("user").where("user", "=", missing).execute()).length > 0;
}

/** Answers, or gives the error that prevents it; only the error of an unknown name has to be waited for. */
export type Attempt = <T>(answer: () => T) => T | RbacError | Promise<RbacError>;

/** Unknown names beyond this number get no suggestions, as one search for them costs as much as many questions. */
const MAX_SUGGESTIONS = 100;

/** Attempts of one transaction, for errors that are answers and so do not leave the store by themselves. */
export function attempts(db: Kysely<Tables>): Attempt {
  let unknown = 0;
  return (answer) => {
    try {
      return answer();
    } catch (error) {
      if (!(error instanceof RbacError)) throw error;
      if (!(error instanceof UnknownName) || unknown >= MAX_SUGGESTIONS) return error;
      unknown += 1;
      return withSuggestions(db, error) as Promise<RbacError>;
    }
  };
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
    const rows = await query.execute();
    return rows.map((row) => row[named]).filter((other) => other !== name);
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
