/** Which scopes a database speaks of. */
import type { Kysely } from "kysely";
import type { Tables } from "../engine/tables.ts";
import { columnStartsWith, rawSql } from "../sql/fragments.ts";

/** True when some grant or assignment is scoped to this first segment, or below it. */
export async function isScopeKnown(db: Kysely<Tables>, segment: string): Promise<boolean> {
  for (const table of ["assignments", "grants"] as const) {
    const found = await db
      .selectFrom(table)
      .select("scope")
      .where("scope", "<>", "")
      .where((is) => is.or([is("scope", "=", segment), rawSql(columnStartsWith("scope", `${segment}/`))]))
      .limit(1)
      .executeTakeFirst();
    if (found) return true;
  }
  return false;
}
