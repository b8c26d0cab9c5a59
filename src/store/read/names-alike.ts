/** Finds names that look like others, by the two keys of each that the tables keep (rule 29). */
import type { Kysely } from "kysely";
import type { Named } from "../../errors.ts";
import { TABLE, type Tables } from "../engine/tables.ts";

/**
 * The names that stand, by each of the given keys that is one of theirs, in their order.
 * @param revision only rows written up to it; @param removed names to leave out
 */
export async function standingByKey(
  db: Kysely<Tables>,
  named: Named,
  keys: readonly string[],
  {
    revision = Number.MAX_SAFE_INTEGER,
    removed = new Set(),
  }: { revision?: number; removed?: ReadonlySet<string> } = {},
): Promise<ReadonlyMap<string, readonly string[]>> {
  const standing = new Map<string, string[]>();
  const wanted = [...new Set(keys)];
  for (const column of ["skeleton", "skeleton_folded"] as const) {
    const rows = await db
      .selectFrom(TABLE[named])
      .select([named, column])
      .where(column, "in", wanted)
      .where("revision", "<=", revision)
      .orderBy(named)
      .execute();
    for (const row of rows) {
      const [name, key] = [String(row[named]), String(row[column])];
      if (!removed.has(name)) standing.set(key, [...(standing.get(key) ?? []), name]);
    }
  }
  return standing;
}
