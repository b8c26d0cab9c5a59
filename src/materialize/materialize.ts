/** Fills the tables that other programs JOIN: first counted, then written in one transaction. */
import type { Database } from "../database/database.ts";
import { wrong } from "../errors.ts";
import type { OnProgress } from "../progress.ts";
import type { TablesToJoin } from "../store/join-tables/tables-to-join.ts";
import { type Counted, passOver, type UsersWithRows } from "./pass-over.ts";
import { patternsText, plainPatterns } from "./patterns.ts";

export interface MaterializeOptions {
  /** Permissions, or patterns of them; an `:own` behind them does not count. */
  readonly patterns: readonly string[] | undefined;
  /** Now: what has ended then is left out. */
  readonly at: string;
  /** The most rows of both tables; 10 million where left out. */
  readonly maxRows?: number | undefined;
  /** True to only count. */
  readonly dryRun?: boolean;
  readonly onProgress?: OnProgress;
}

/** What the tables have, or would have, and of which patterns. */
export interface Materialized extends Counted {
  readonly at: string;
  readonly patterns: readonly string[];
}

const MOST_ROWS = 10_000_000;

/**
 * Counts the rows and, unless it is a dry run, fills the tables.
 * @throws RbacError `USAGE` without patterns, `PERMISSION_NOT_FOUND` for one that covers nothing (exit 2),
 *   `TOO_MANY_ROWS`, `TABLE_NOT_OURS` (exit 3), or exit 4; then nothing is written.
 */
export async function materialize(database: Database, options: MaterializeOptions): Promise<Materialized> {
  const { patterns, at, maxRows = MOST_ROWS, dryRun = false, onProgress } = options;
  if (!patterns) throw wrong("USAGE", "say of which permissions: --for 'documents:*'");
  const asked = { patterns, at, maxRows, onProgress };
  const about = { at, patterns: plainPatterns(patterns) };
  const counted = await database.joining("read", (_, reads) =>
    passOver(reads, { ...asked, step: "counting" }, async () => {}),
  );
  if (dryRun) return { ...counted, ...about };
  return database.joining("fill", async (tables, reads) => {
    await tables.clear();
    const write = (page: UsersWithRows) => add(tables, page, reads.revision);
    const made = await passOver(reads, { ...asked, step: "writing" }, write);
    const { revision, rows, omitted } = made;
    await tables.finish({
      database: (await reads.databaseId()) ?? "",
      revision,
      at,
      patterns: patternsText(patterns),
      rows,
      omitted: omitted.when + omitted.unless + omitted.except,
    });
    return { ...made, ...about };
  });
}

async function add(tables: TablesToJoin, page: UsersWithRows, revision: number): Promise<void> {
  await tables.add("effective_permissions", rowsOf(page, revision));
  await tables.add("effective_permissions_omitted", omittedOf(page, revision));
}

function* rowsOf(page: UsersWithRows, revision: number): Iterable<(string | number)[]> {
  for (const [user, { rows }] of page)
    for (const { permission, scope, own, from, until } of rows)
      yield [user, permission, scope, own, from, until, revision];
}

function* omittedOf(page: UsersWithRows, revision: number): Iterable<(string | number)[]> {
  for (const [user, { omitted }] of page)
    for (const { permission, reason, count } of omitted) yield [user, permission, reason, count, revision];
}
