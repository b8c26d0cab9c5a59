/** What is done to databases that are not open: putting one in the place of another, migrating, checking an exported record. */
import type { Mutation } from "../policy/model/mutation.ts";
import { verifyRecord, writtenEntries } from "../store/audit/exported-record.ts";
import type { VerificationReport } from "../store/audit/verify-record.ts";
import { isServer } from "../store/connect.ts";
import {
  type CopyResult,
  copyDatabase,
  type ReplaceOptions,
  type ReplaceResult,
  type RestoreSource,
  replaceDatabase,
} from "../store/create-or-replace.ts";
import { type MigrationResult, migrateDatabase } from "../store/maintenance/run-migrations.ts";
import { trustedHeadFrom, type VerifyOptions } from "./audit-record.ts";

/** A backup of a database, an exported record line by line, or a wish to be granted to an empty database. */
export type RestoreFrom =
  | { readonly backup: string }
  | { readonly lines: AsyncIterable<string> }
  | { readonly mutation: Mutation };

function originOf(from: RestoreFrom, { key: auditKey, stamp }: ReplaceOptions): RestoreSource {
  if ("backup" in from) return from;
  if ("lines" in from) return { record: writtenEntries(from.lines) };
  const options = { allowConfusable: true, ...(auditKey && { auditKey }) };
  return { work: (store) => store.change(stamp, from.mutation, options) };
}

/**
 * Puts a database in the place of another, made and verified first.
 * @throws RbacError `ORIGIN_INVALID` (exit 2), or as `change` does where what stands forbids it, and then nothing is moved.
 */
export const restoreDatabase = (
  path: string,
  now: string,
  from: RestoreFrom,
  how: ReplaceOptions,
): Promise<ReplaceResult> => replaceDatabase(path, now, originOf(from, how), how);

/** The SQL of a server's roles; of a file, which has none, those of a server that would take it in. @throws RbacError (exit 2). */
export const rolesSql = async (url: string, prefix: string): Promise<string> =>
  (await import("../store/postgres/server-roles.ts")).serverRolesSql(isServer(url) ? url : "postgres://", prefix);

/** Copies a database to where nothing lies yet, verified. @throws RbacError `DATABASE_EXISTS` (exit 3), `ORIGIN_INVALID` (exit 2). */
export const copy = (from: string, to: string, key: Uint8Array | undefined): Promise<CopyResult> =>
  copyDatabase(from, to, key);

/** Brings an older database to this version's format, after a backup. @throws RbacError (exit 4) for a newer one. */
export const migrate = (path: string, now: string, dryRun: boolean): Promise<MigrationResult> =>
  migrateDatabase(path, now, dryRun);

/** Verifies an exported record, line by line, which needs no database and says nothing of tables. */
export const verifyExported = (
  lines: AsyncIterable<string>,
  { key, expect }: VerifyOptions,
): Promise<VerificationReport> => verifyRecord(lines, { key, anchor: trustedHeadFrom(expect) });
