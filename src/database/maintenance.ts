/** What is done to databases that are not open: putting one in the place of another, migrating, checking an exported record. */
import type { Wish } from "../policy/model/mutation.ts";
import { verifyRecord, writtenLines } from "../store/audit/exported-record.ts";
import type { Report } from "../store/audit/verify-record.ts";
import { isServer } from "../store/connect.ts";
import {
  type Copied,
  copyDatabase,
  type Origin,
  type Replaced,
  type Replacing,
  replaceWith,
} from "../store/create-or-replace.ts";
import { type Migrated, migrateDatabase } from "../store/maintenance/run-migrations.ts";
import { anchorOf, type Expecting } from "./audit-record.ts";

/** A backup of a database, an exported record line by line, or a wish to be granted to an empty database. */
export type RestoreFrom =
  | { readonly backup: string }
  | { readonly lines: AsyncIterable<string> }
  | { readonly wish: Wish };

function originOf(from: RestoreFrom, { key: auditKey, stamp }: Replacing): Origin {
  if ("backup" in from) return from;
  if ("lines" in from) return { record: writtenLines(from.lines) };
  const terms = { allowConfusable: true, ...(auditKey && { auditKey }) };
  return { work: (store) => store.change(stamp, from.wish, terms) };
}

/**
 * Puts a database in the place of another, made and verified first.
 * @throws RbacError `ORIGIN_INVALID` (exit 2), or as `change` does where what stands forbids it, and then nothing is moved.
 */
export const restore = (path: string, now: string, from: RestoreFrom, how: Replacing): Promise<Replaced> =>
  replaceWith(path, now, originOf(from, how), how);

/** The SQL of a server's roles; of a file, which has none, those of a server that would take it in. @throws RbacError (exit 2). */
export const rolesSql = async (url: string, prefix: string): Promise<string> =>
  (await import("../store/postgres/server-roles.ts")).rolesSql(isServer(url) ? url : "postgres://", prefix);

/** Copies a database to where nothing lies yet, verified. @throws RbacError `DATABASE_EXISTS` (exit 3), `ORIGIN_INVALID` (exit 2). */
export const copy = (from: string, to: string, key: Uint8Array | undefined): Promise<Copied> =>
  copyDatabase(from, to, key);

/** Brings an older database to this version's format, after a backup. @throws RbacError (exit 4) for a newer one. */
export const migrate = (path: string, now: string, dryRun: boolean): Promise<Migrated> =>
  migrateDatabase(path, now, dryRun);

/** Verifies an exported record, line by line, which needs no database and says nothing of tables. */
export const verifyExported = (lines: AsyncIterable<string>, { key, expect }: Expecting): Promise<Report> =>
  verifyRecord(lines, { key, anchor: anchorOf(expect) });
