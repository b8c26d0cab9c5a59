/** Checks whether a scope occurs in a database. */
import type { Kysely } from "kysely";
import type { Tables } from "../engine/tables.ts";
import { columnStartsWith, rawSql } from "../sql/fragments.ts";

/**
 * True when a grant or an assignment has a scope that is, or lies below, this first segment. Conditional grants come
 * last: they are few, and no index has their scopes.
 */
export async function isScopeKnown(db: Kysely<Tables>, segment: string): Promise<boolean> {
  for (const table of ["assignments", "grants", "conditionals"] as const) {
    const found = await db
      .selectFrom(table)
      .select("scope")
      .where("scope", "<>", "")
      .where((eb) => eb.or([eb("scope", "=", segment), rawSql(columnStartsWith("scope", `${segment}/`))]))
      .limit(1)
      .executeTakeFirst();
    if (found) return true;
  }
  return false;
}
