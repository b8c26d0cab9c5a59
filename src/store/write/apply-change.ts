/** Writes the changes of a mutation to their tables and, as entries chained by hashes, to the audit record. */
import type { Transaction } from "kysely";
import { unavailable } from "../../errors.ts";
import { type Change, canonicalChange } from "../../policy/model/change.ts";
import type { Mutation } from "../../policy/model/mutation.ts";
import { markedReason } from "../../policy/model/names.ts";
import type { ChangeOutcome, Stamp } from "../../policy/model/results.ts";
import { ENTRY_COLUMNS, entryColumns, type Head, head } from "../audit/entries.ts";
import { hashWith, macOf, requireAuditKey } from "../audit/entry-hash.ts";
import { withoutTurns } from "../engine/signal-hearing.ts";
import type { Column, Tables } from "../engine/tables.ts";
import type { TransactionReads } from "../read/transaction-reads.ts";
import { insertAll, writeRows } from "./bulk-insert.ts";
import { type ChangeOptions, decideAndCheck, hasRules } from "./check-change.ts";
import { collectGarbage } from "./collect-garbage.ts";

/** The number of changes written; `changes` is a part of them if the mutation came in parts. */
interface AppliedChanges extends Pick<ChangeOutcome, "changes" | "notices"> {
  readonly count: number;
}

/** The most changes that are returned for a mutation in parts; the record has them all. */
const MAX_RETURNED = 10_000;

/**
 * Decides a mutation and writes its changes, part by part in sequence. Constraints, the guard and `accept` must see a
 * change as a whole: if there are any, the parts are decided together.
 * @param revision the number of the new revision
 * @throws RbacError (exit 2, 3 or 4); the caller must then roll back the transaction.
 */
export async function applyMutation(
  trx: Transaction<Tables>,
  reads: TransactionReads,
  revision: number,
  mutation: Mutation,
  stamp: Stamp,
  options: ChangeOptions,
): Promise<AppliedChanges> {
  if (mutation.further && (options.accept || options.onDecided || (await hasRules(reads.load))))
    return applyMutation(trx, reads, revision, mutation.further.whole(), stamp, options);
  const { onProgress, ...quietly } = options;
  let [count, ahead] = [0, mutation.further?.count ?? 0];
  /** Writes a part. Its changes are dropped from memory, apart from the first ones of the mutation itself. */
  const applyPart = async (part: Mutation): Promise<Omit<AppliedChanges, "count">> => {
    const how = part === mutation ? options : quietly; // Of the others only the writing is told.
    const { changes, ...decided } = await decideAndCheck(trx, reads, part, stamp, how);
    let statements = 0; // Each change takes two: its row and its entry.
    const tick = (rows: number) => {
      statements += rows;
      const [done, total] = [count + Math.floor(statements / 2), count + changes.length + ahead];
      onProgress?.({ step: "writing", unit: "changes", done, total });
    };
    const stampOf = (change: Change, seq: number) => {
      const said = part.reasonOf?.(change) ?? stamp.reason;
      const reason = seq === 1 && options.replaces ? joined(options.replaces, said) : said;
      return { ...stamp, reason: options.breakGlass ? markedReason(reason) : reason };
    };
    if (changes.length > 0) await writeChanges(trx, revision, changes, stampOf, options.auditKey, tick);
    count += changes.length;
    return { ...decided, changes: changes.slice(0, mutation.further ? MAX_RETURNED : changes.length) };
  };
  const made = await applyPart(mutation);
  if (mutation.further) collectGarbage();
  for await (const part of readAtOnce(mutation.further?.parts() ?? [])) {
    ahead -= part.rows; // Those that the policy has already are no changes.
    await applyPart(part);
  }
  if (count > 0) onProgress?.({ step: "committing" });
  return { count, ...made };
}

/** The parts of a document: up to the first of a kind a whole file may be read, in which no turn is made. */
async function* readAtOnce<T>(parts: Iterable<T>): AsyncIterable<T> {
  const reading = parts[Symbol.iterator]();
  for (let next = await withoutTurns(() => reading.next()); !next.done; next = await withoutTurns(() => reading.next()))
    yield next.value;
}

/** The stamp of the entry of a change, by its number. */
type StampOf = (change: Change, seq: number) => Stamp;

const joined = (replaces: string, reason: string | null): string =>
  reason === null ? replaces : `${replaces}: ${reason}`;

/** @throws RbacError `RECORD_REFUSED` (exit 4) if the entries are not in the database after the insert. */
async function writeChanges(
  trx: Transaction<Tables>,
  revision: number,
  changes: readonly Change[],
  stampOf: StampOf,
  auditKey: Uint8Array | undefined,
  tick: (rows: number) => void,
): Promise<void> {
  await writeRows(trx, revision, changes, tick);
  const last = await head(trx);
  requireAuditKey(last, auditKey);
  const entries = chainedEntries(last, revision, changes, stampOf, auditKey);
  await insertAll(trx, "entries", ENTRY_COLUMNS, entries, tick);
  if ((await head(trx)).seq !== last.seq + changes.length)
    throw unavailable("RECORD_REFUSED", "the database did not keep the audit entries, so nothing was changed");
}

/** The changes as columns in the order of `ENTRY_COLUMNS`, chained to the last entry of the database. */
function* chainedEntries(
  last: Head,
  revision: number,
  changes: Iterable<Change>,
  stampOf: StampOf,
  key: Uint8Array | undefined,
): Iterable<Column[]> {
  let { seq, hash: prev } = last;
  for (const change of changes) {
    const text = canonicalChange(change);
    if (text === undefined) throw new Error("a change that says nothing");
    seq += 1;
    const { actor, osUser, at, reason } = stampOf(change, seq);
    const hash = hashWith({ seq, revision, at, actor, osUser, reason, prev }, text);
    const mac = key ? { mac: macOf(key, hash) } : {};
    yield entryColumns({ seq, revision, at, actor, osUser, reason, change, prev, hash, ...mac }, text);
    prev = hash;
  }
}
