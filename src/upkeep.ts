/** What is done to databases that are not open: putting one in the place of another, migrating, checking an exported record. */
import type { Wish } from "./policy/wish.ts";
import { anchorOf, type Expecting } from "./record.ts";
import { type Migrated, migrateStore, type Origin, replaceWith } from "./store/create.ts";
import type { Stamp } from "./store/entries.ts";
import { type Report, verifyRecord, writtenLines } from "./store/verify.ts";

/** A backup of a database, an exported record line by line, or a wish to be granted to an empty database. */
export type RestoreFrom =
  | { readonly backup: string }
  | { readonly lines: AsyncIterable<string> }
  | { readonly wish: Wish; readonly stamp: Stamp };

function originOf(from: RestoreFrom): Origin {
  if ("backup" in from) return from;
  if ("lines" in from) return { record: writtenLines(from.lines) };
  return { work: (store) => store.change(from.stamp, from.wish, { allowConfusable: true }) };
}

/**
 * Puts a database in the place of another, made and verified first; returns where the old one now lies.
 * @throws RbacError `ORIGIN_INVALID` (exit 2), and then nothing is moved.
 */
export const restore = (
  path: string,
  now: string,
  from: RestoreFrom,
  key: Uint8Array | undefined,
): Promise<string | undefined> => replaceWith(path, now, originOf(from), key);

/** Brings an older database to this version's format, after a backup. @throws RbacError (exit 4) for a newer one. */
export const migrate = (path: string, now: string, dryRun: boolean): Promise<Migrated> =>
  migrateStore(path, now, dryRun);

/** Verifies an exported record, line by line, which needs no database and says nothing of tables. */
export const verifyExported = (lines: AsyncIterable<string>, { key, expect }: Expecting): Promise<Report> =>
  verifyRecord(lines, { key, anchor: anchorOf(expect) });
