/** Recording: changes are written to their tables and, chained by hashes to what was recorded before, as entries. */
import type { Transaction } from "kysely";
import { unavailable } from "../errors.ts";
import { canonicalJson } from "../policy/canonical.ts";
import type { Change } from "../policy/change.ts";
import { ENTRY_COLUMNS, entryColumns, type Head, head, type Stamp } from "./entries.ts";
import { hashWith, macOf, requireKey } from "./hash.ts";
import type { Terms } from "./judge.ts";
import type { Column, Tables } from "./tables.ts";
import { insertAll, writeRows } from "./write.ts";

/** Writes rows and entries. @throws RbacError (exit 2 or 4), and whoever began the transaction must roll it back. */
export async function record(
  trx: Transaction<Tables>,
  revision: number,
  changes: readonly Change[],
  stampOf: (change: Change) => Stamp,
  { auditKey, progress }: Terms,
): Promise<void> {
  const total = changes.length * 2;
  let done = 0;
  const tick = (rows: number) => {
    done += rows;
    progress?.(done, total);
  };
  await writeRows(trx, revision, changes, tick);
  const last = await head(trx);
  requireKey(last, auditKey);
  const entries = chained(last, revision, changes, stampOf, auditKey);
  await insertAll(trx, "entries", ENTRY_COLUMNS, entries, tick);
  if ((await head(trx)).seq !== last.seq + changes.length)
    throw unavailable("RECORD_REFUSED", "the database did not keep the audit entries, so nothing was changed");
}

/** The columns that record changes, in the order of `ENTRY_COLUMNS`, chained to the last entry that is there. */
function* chained(
  last: Head,
  revision: number,
  changes: Iterable<Change>,
  stampOf: (change: Change) => Stamp,
  key: Uint8Array | undefined,
): Iterable<Column[]> {
  let { seq, hash: prev } = last;
  for (const change of changes) {
    const { actor, osUser, at, reason } = stampOf(change);
    const text = canonicalJson(change);
    seq += 1;
    const hash = hashWith({ seq, revision, at, actor, osUser, reason, prev }, text);
    const mac = key ? { mac: macOf(key, hash) } : {};
    yield entryColumns({ seq, revision, at, actor, osUser, reason, change, prev, hash, ...mac }, text);
    prev = hash;
  }
}
