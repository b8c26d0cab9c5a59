/** Work on databases that are not open: restoring, copying, migrating, and verifying an exported record. */
import type { Mutation } from "../policy/model/mutation.ts";
import type { CopyResult, MigrationResult, ReplaceResult, VerificationReport } from "../policy/model/results.ts";
import { verifyRecord, writtenEntries } from "../store/audit/exported-record.ts";
import { isServer } from "../store/connect.ts";
import { copyDatabase, type ReplaceOptions, type RestoreSource, replaceDatabase } from "../store/create-or-replace.ts";
import { migrateDatabase } from "../store/maintenance/run-migrations.ts";
import { trustedHeadFrom, type VerifyOptions } from "./audit-record.ts";

/** A backup of a database, the lines of an exported record, or a mutation to apply to an empty database. */
export type RestoreFrom =
  | { readonly backup: string }
  | { readonly lines: AsyncIterable<string> }
  | { readonly mutation: Mutation };

function restoreSourceOf(from: RestoreFrom, { key: auditKey, stamp, breakGlass }: ReplaceOptions): RestoreSource {
  if ("backup" in from) return from;
  if ("lines" in from) return { record: writtenEntries(from.lines) };
  const options = { allowConfusable: true, breakGlass, ...(auditKey && { auditKey }) };
  return {
    work: (store, replaces) => store.change(stamp, from.mutation, { ...options, ...(replaces && { replaces }) }),
  };
}

/**
 * Replaces a database by another one, which is built and verified first.
 * @throws RbacError `ORIGIN_INVALID` (exit 2), or as `change` does if the current policy forbids it; then nothing is
 * moved.
 */
export const restoreDatabase = (
  path: string,
  now: string,
  from: RestoreFrom,
  options: ReplaceOptions,
): Promise<ReplaceResult> => replaceDatabase(path, now, restoreSourceOf(from, options), options);

/**
 * The SQL that creates the roles of a server. For the path of a file, which has no roles, those for a server with the
 * default schema.
 * @throws RbacError (exit 2).
 */
export const rolesSql = async (url: string, prefix: string): Promise<string> =>
  (await import("../store/postgres/server-roles.ts")).serverRolesSql(isServer(url) ? url : "postgres://", prefix);

/**
 * Copies a database to a location without one, and verifies the copy.
 * @throws RbacError `DATABASE_EXISTS` (exit 3), `ORIGIN_INVALID` (exit 2).
 */
export const copy = (from: string, to: string, key: Uint8Array | undefined): Promise<CopyResult> =>
  copyDatabase(from, to, key);

/** Migrates an older database to the current format, after a backup. @throws RbacError (exit 4) for a newer one. */
export const migrate = (path: string, now: string, dryRun: boolean): Promise<MigrationResult> =>
  migrateDatabase(path, now, dryRun);

/** Verifies an exported record line by line. Needs no database, so the tables are not checked. */
export const verifyExported = (
  lines: AsyncIterable<string>,
  { key, expect }: VerifyOptions,
): Promise<VerificationReport> => verifyRecord(lines, { key, trustedHead: trustedHeadFrom(expect) });
