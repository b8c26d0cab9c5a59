/** Recording: changes are written to their tables and, chained by hashes to what was recorded before, as entries. */
import type { Transaction } from "kysely";
import { unavailable } from "../../errors.ts";
import { type Change, canonicalChange } from "../../policy/model/change.ts";
import type { Mutation } from "../../policy/model/mutation.ts";
import { markedReason } from "../../policy/model/names.ts";
import { ENTRY_COLUMNS, entryColumns, type Head, head, type Stamp } from "../audit/entries.ts";
import { hashWith, macOf, requireAuditKey } from "../audit/entry-hash.ts";
import type { Column, Tables } from "../engine/tables.ts";
import type { LoadRows } from "../read/fetch-rows.ts";
import { insertAll, writeRows } from "./bulk-insert.ts";
import { type ChangeOptions, decideAndCheck, hasRules } from "./check-change.ts";
import { collectGarbage } from "./collect-garbage.ts";

/** What was carried out: the changes, and how many there were where they are too many to hold. */
interface Done {
  readonly count: number;
  readonly changes: readonly Change[];
}

/** Of a wish in parts so many changes are told; the record has them all. */
const TOLD = 10_000;

/**
 * Decides a wish and writes what it changes, with its parts one after the other. Constraints and the guard must see all of a change:
 * where there are any, the parts are decided together.
 * @param revision the one that is being made
 * @throws RbacError (exit 2, 3 or 4), and whoever began the transaction must roll it back.
 */
export async function applyMutation(
  trx: Transaction<Tables>,
  load: LoadRows,
  revision: number,
  mutation: Mutation,
  stamp: Stamp,
  options: ChangeOptions,
): Promise<Done> {
  if (mutation.more && (await hasRules(load)))
    return applyMutation(trx, load, revision, mutation.more.whole(), stamp, options);
  let [done, total, count] = [0, (mutation.more?.count ?? 0) * 2, 0];
  const tick = (rows: number) => {
    done += rows;
    options.progress?.(done, total);
  };
  /** What it made is forgotten when it is written, but for the first where there is more to come. */
  const carry = async (part: Mutation): Promise<readonly Change[]> => {
    const changes = await decideAndCheck(trx, load, part, stamp, options, revision - 1);
    if (part === mutation) total += changes.length * 2;
    const stampOf = (change: Change) => {
      const reason = part.reasonOf?.(change) ?? stamp.reason;
      return { ...stamp, reason: options.breakGlass ? markedReason(reason) : reason };
    };
    if (changes.length > 0) await record(trx, revision, changes, stampOf, options.auditKey, tick);
    count += changes.length;
    return part === mutation ? changes.slice(0, mutation.more ? TOLD : changes.length) : [];
  };
  const changes = await carry(mutation);
  if (mutation.more) collectGarbage();
  for (const part of mutation.more?.parts() ?? []) await carry(part);
  return { count, changes };
}

/** Writes rows and entries. */
async function record(
  trx: Transaction<Tables>,
  revision: number,
  changes: readonly Change[],
  stampOf: (change: Change) => Stamp,
  auditKey: Uint8Array | undefined,
  tick: (rows: number) => void,
): Promise<void> {
  await writeRows(trx, revision, changes, tick);
  const last = await head(trx);
  requireAuditKey(last, auditKey);
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
    const text = canonicalChange(change);
    if (text === undefined) throw new Error("a change that says nothing");
    seq += 1;
    const hash = hashWith({ seq, revision, at, actor, osUser, reason, prev }, text);
    const mac = key ? { mac: macOf(key, hash) } : {};
    yield entryColumns({ seq, revision, at, actor, osUser, reason, change, prev, hash, ...mac }, text);
    prev = hash;
  }
}
