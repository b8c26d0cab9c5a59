/** Whether the tables to JOIN are up to date; and their removal. */
import type { Database } from "../database/database.ts";
import { indexFor, patternsText } from "./patterns.ts";

/** Whether the tables are those of the database, its revision and the patterns; `made` is what they are of. */
export interface CheckedTables {
  readonly current: boolean;
  readonly revision: number;
  readonly made: { readonly revision: number; readonly at: string; readonly patterns: readonly string[] } | null;
  /** Why they are not current. */
  readonly because?: "missing" | "database" | "revision" | "patterns";
}

/** @param patterns those that they should be of; any where left out */
export function checkTables(database: Database, patterns: readonly string[] | undefined): Promise<CheckedTables> {
  return database.joining("read", async (tables, reads) => {
    const { revision } = reads;
    if (patterns) await indexFor(reads, patterns);
    const found = await tables.made();
    if (!found) return { current: false, revision, made: null, because: "missing" };
    const made = { revision: Number(found.revision), at: found.at, patterns: JSON.parse(found.patterns) as string[] };
    const because =
      found.database !== ((await reads.databaseId()) ?? "")
        ? "database"
        : made.revision !== revision
          ? "revision"
          : patterns && found.patterns !== patternsText(patterns)
            ? "patterns"
            : undefined;
    return { current: because === undefined, revision, made, ...(because && { because }) };
  });
}

/** Removes the tables. @returns false where they were not there */
export const dropTables = (database: Database, dryRun: boolean): Promise<boolean> =>
  dryRun
    ? database.joining("read", async (tables) => (await tables.made()) !== undefined)
    : database.joining("fill", (tables) => tables.drop());
