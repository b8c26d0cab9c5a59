/** Work on databases that are not open: restoring, copying, migrating, and verifying an exported record. */
import type { Mutation } from "../policy/model/mutation.ts";
import type { MigrationResult, ReplaceResult, VerificationReport } from "../policy/model/results.ts";
import type { OnProgress } from "../progress.ts";
import { verifyRecord, writtenEntries } from "../store/audit/exported-record.ts";
import { isServer } from "../store/connect.ts";
import { type ReplaceOptions, type RestoreSource, replaceDatabase } from "../store/create-or-replace.ts";
import { migrateDatabase } from "../store/maintenance/run-migrations.ts";
import { trustedHeadFrom, type VerifyOptions } from "./audit-record.ts";

export { copyDatabase as copy } from "../store/create-or-replace.ts";

/** A backup of a database, the lines of an exported record, or a mutation to apply to an empty database. */
export type RestoreFrom =
  | { readonly backup: string }
  | { readonly lines: AsyncIterable<string> }
  | { readonly mutation: Mutation };

function restoreSourceOf(from: RestoreFrom, given: ReplaceOptions): RestoreSource {
  const { key: auditKey, stamp, breakGlass, onProgress } = given;
  if ("backup" in from) return from;
  if ("lines" in from) return { record: writtenEntries(from.lines) };
  const options = { allowConfusable: true, breakGlass, onProgress, ...(auditKey && { auditKey }) };
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

/** Migrates an older database to the current format, after a backup. @throws RbacError (exit 4) for a newer one. */
export const migrate = (path: string, now: string, dryRun: boolean, onProgress: OnProgress): Promise<MigrationResult> =>
  migrateDatabase(path, now, dryRun, undefined, onProgress);

/** Verifies an exported record line by line. Needs no database, so the tables are not checked. */
export const verifyExported = (
  lines: AsyncIterable<string>,
  { expect, ...options }: VerifyOptions,
): Promise<VerificationReport> => verifyRecord(lines, { ...options, trustedHead: trustedHeadFrom(expect) });
