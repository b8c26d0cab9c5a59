/** Whole databases, each opened for one thing alone: to be readied for moving, to be migrated, to be copied. */

import { head } from "../audit/entries.ts";
import { requireAuditKey } from "../audit/entry-hash.ts";
import { connect } from "../connect.ts";
import type { Connection, Mode } from "../engine/connection.ts";
import { translate } from "../engine/driver-errors.ts";
import { checkVersion, formatOf, runSteps, STEPS } from "../engine/migrations.ts";
import { withWriteLock } from "../write/write-lock.ts";
import { backUp, fillFrom } from "./copy.ts";

/** Opens a database, does something with it, and closes it. @throws RbacError (exit 4) */
async function opened<T>(url: string, mode: Mode, act: (connection: Connection) => Promise<T>): Promise<T> {
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
 * Readies a database for being moved: nobody else has it open, and whoever replaces a record kept with a key has that key.
 * @throws RbacError `DATABASE_LOCKED` (exit 4), `AUDIT_KEY_NEEDED` (exit 2)
 */
export const requireExclusive = (url: string, key: Uint8Array | undefined): Promise<void> =>
  opened(url, "write", async ({ db, dialect }) => {
    requireAuditKey({ ...(await head(db)), seq: 0 }, key);
    await dialect.requireExclusive(db);
  });

/** Fills the draft of a database with a copy of another, ready to be worked with: readers and a writer side by side. */
export async function fillDraft(from: string, draft: string, made?: string): Promise<void> {
  await opened(from, "read", async (connection) => {
    await checkVersion(connection.db);
    await fillFrom(connection, draft, made);
  });
  await opened(draft, "write", ({ db, dialect }) => dialect.enableSharing(db));
}

/** The formats before and after, and where the copy of the older one lies. */
export interface MigrationResult {
  readonly from: number;
  readonly to: number;
  readonly backup: string | undefined;
  readonly dryRun: boolean;
}

/**
 * Migrates a database forward: all steps that its format lacks are taken, or none; whoever else was first has taken them. A file is
 * copied beside itself before.
 * @param steps those of this version; a test of migrating may know more
 * @throws RbacError `DATABASE_NEWER` (exit 4), and nothing is touched.
 */
export async function migrateDatabase(
  url: string,
  now: string,
  dryRun: boolean,
  steps = STEPS,
): Promise<MigrationResult> {
  const from = await opened(url, "read", ({ db }) => formatOf(db, steps));
  const to = steps.length;
  if (from === to || dryRun) return { from, to, backup: undefined, dryRun };
  return opened(url, "write", async (connection) => {
    const { dialect } = connection;
    const backup = dialect.copyInto && `${url}.before-format-${to}-${now.replace(/[:.]/g, "")}`;
    if (backup !== undefined) await backUp(connection, backup);
    await withWriteLock(connection, async (trx) => runSteps(trx, dialect, await formatOf(trx, steps), now, steps));
    return { from, to, backup, dryRun };
  });
}
