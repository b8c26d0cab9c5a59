/** Operations that open a whole database for themselves: migrating, copying, and preparing for a replacement. */

import { refused } from "../../errors.ts";
import type { MigrationResult } from "../../policy/model/results.ts";
import type { OnProgress } from "../../progress.ts";
import { type Head, head } from "../audit/entries.ts";
import { requireAuditKey } from "../audit/entry-hash.ts";
import { connect } from "../connect.ts";
import type { Connection, Mode } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import { checkVersion, formatOf, hasOtherKeys, runSteps, STEPS } from "../engine/migrations.ts";
import { withWriteLock } from "../write/write-lock.ts";
import { backUp, type CopyOptions, fillFrom } from "./copy-database.ts";

/** Opens a database, runs `act`, and closes it. @throws RbacError (exit 4) */
async function withConnection<T>(url: string, mode: Mode, act: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(url, mode);
  try {
    return await act(connection);
  } catch (error) {
    throw translate(connection.name, error);
  } finally {
    await connection.close();
  }
}

/**
 * Checks that a database may be moved away: nobody else has it open, and the caller has the key of a keyed record.
 * @param expected the last entry that the caller has judged it by
 * @throws RbacError `DATABASE_LOCKED` (exit 4), `AUDIT_KEY_NEEDED` (exit 2), `REVISION_MOVED` (exit 3)
 */
export const requireExclusive = (url: string, key: Uint8Array | undefined, expected?: Head): Promise<void> =>
  withConnection(url, "write", async ({ db, dialect, name }) => {
    const last = await head(db);
    requireAuditKey({ ...last, seq: 0 }, key);
    await dialect.requireExclusive(db);
    if (expected && expected.hash !== last.hash)
      throw refused("REVISION_MOVED", `${name} was changed meanwhile: look again and repeat`);
  });

/** The last entry of a database of any format. @throws RbacError (exit 4) */
export const lastEntryAt = (url: string): Promise<Head> => withConnection(url, "read", ({ db }) => head(db));

/** Whether a database of an older format has constraints or the guard, which came with format 2. */
export const hasOlderRules = (url: string): Promise<boolean> =>
  withConnection(url, "read", async ({ db }) => {
    if ((await formatOf(db)) < 2) return false;
    return (
      (await isGuardedIn(db)) || (await db.selectFrom("constraints").select("roles").executeTakeFirst()) !== undefined
    );
  });

/** Whether the policy of a database is guarded, whatever state its record is in. */
export const isGuardedAt = (url: string): Promise<boolean> => withConnection(url, "read", ({ db }) => isGuardedIn(db));

const isGuardedIn = async (db: Connection["db"]): Promise<boolean> =>
  (await db.selectFrom("policy").select("setting").where("setting", "=", "guarded").executeTakeFirst()) !== undefined;

/** Fills a draft with a copy of a database, and enables sharing: readers and a writer can use it concurrently. */
export async function fillDraft(from: string, draft: string, options: CopyOptions): Promise<void> {
  await withConnection(from, "read", async (connection) => {
    await checkVersion(connection);
    await fillFrom(connection, draft, options);
  });
  await withConnection(draft, "write", ({ db, dialect }) => dialect.enableSharing(db));
}

/**
 * Migrates a database to the newest format: all missing steps are applied, or none. If another process migrated it
 * first, no step is left. A file is copied next to itself before.
 * @param steps the steps of this version; a test may pass more
 * @throws RbacError `DATABASE_NEWER` (exit 4); the database is then unchanged.
 */
export async function migrateDatabase(
  url: string,
  now: string,
  dryRun: boolean,
  steps = STEPS,
  onProgress?: OnProgress,
): Promise<MigrationResult> {
  const to = steps.length;
  const { from, isCurrent } = await withConnection(url, "read", async ({ db }) => {
    const format = await formatOf(db, steps);
    return { from: format, isCurrent: format === to && !(await hasOtherKeys(db)) };
  });
  if (isCurrent || dryRun) return { from, to, backup: undefined, dryRun };
  return withConnection(url, "write", async (connection) => {
    const { dialect } = connection;
    const backup = dialect.copyInto && `${url}.before-format-${to}-${now.replace(/[:.]/g, "")}`;
    if (backup !== undefined) await backUp(connection, backup, onProgress);
    onProgress?.({ step: "migrating" });
    await withWriteLock(connection, 0, async (trx) => runSteps(trx, dialect, await formatOf(trx, steps), now, steps));
    return { from, to, backup, dryRun };
  });
}
