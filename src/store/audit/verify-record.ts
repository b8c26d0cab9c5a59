/** Verifies the audit record: its sequence, its hash chain, its searchable columns, and the tables by a full replay. */

import { type Change, canonicalChange, keyFields, kindOf, valuesOf } from "../../policy/model/change.ts";
import { keyOf } from "../../policy/model/policy.ts";
import { RECORDS } from "../../policy/model/records.ts";
import type { Entry, FaultCode, RecordFault, VerificationReport } from "../../policy/model/results.ts";
import type { AnyRow, Kind } from "../../policy/model/rows.ts";
import { type Column, isAsWritten, TABLE, toColumns } from "../engine/tables.ts";
import { plainChange } from "./canonical-change.ts";
import { changeFromText, hasLostSomething } from "./entries.ts";
import { hashWith } from "./entry-hash.ts";
import { MacCheck } from "./mac-check.ts";
import { RowFingerprints } from "./row-fingerprints.ts";
import type { TrustedHead } from "./trusted-head.ts";

/** An entry as stored in a table or a file: its change is the text that was hashed. */
export type WrittenEntry = Omit<Entry, "change"> & { readonly text: string };

/** The columns that entries are searched by; they repeat fields of the change. */
const SEARCH_COLUMNS = ["kind", "user", "role", "inherits", "permission"] as const;
export type SearchColumns = { readonly [column in (typeof SEARCH_COLUMNS)[number]]: string | null };

interface VerifierOptions {
  readonly key?: Uint8Array | undefined;
  readonly trustedHead?: TrustedHead | undefined;
  readonly most?: number | undefined;
}

/** Checks entries in sequence, from the first one on, and never stops at a fault. */
export class Verifier {
  readonly faults: RecordFault[] = [];
  readonly #replayedRows: RowFingerprints;
  /** Entries that were reported as not fitting the entries before: later passes replay some of them again. */
  readonly #replayFaults = new Set<number>();
  readonly #macs: MacCheck;
  readonly #trustedHead: TrustedHead | undefined;
  #last = { seq: 0, hash: "", revision: 0, at: "" };
  #passedTrustedHead = false;
  /** Number of entries stamped earlier than the one before: the clock was set back. */
  clockSteps = 0;

  /** @param most how many rows to keep in memory at once; infinite for an exported record, which is read only once */
  constructor({ key, trustedHead, most }: VerifierOptions) {
    this.#macs = new MacCheck(key);
    this.#trustedHead = trustedHead;
    this.#replayedRows = new RowFingerprints(most);
  }

  addFault(code: FaultCode, seq: number | null, message: string, table: string | null = null): void {
    this.faults.push({ code, seq, table, message });
  }

  report(): VerificationReport {
    const { seq, hash, revision } = this.#last;
    const { faults, clockSteps } = this;
    const valid = faults.length === 0;
    const uncheckedCodes = this.#macs.unchecked;
    return { valid, entries: seq, head: `${seq}:${hash}`, revision, clockSteps, uncheckedCodes, faults };
  }

  get revision(): number {
    return this.#last.revision;
  }

  /** @param searchColumns the searchable columns of an entry that is stored in a table */
  checkEntry(entry: WrittenEntry, searchColumns?: SearchColumns): void {
    const { seq, hash, prev, revision, at } = entry;
    const last = this.#last;
    if (seq !== last.seq + 1) this.addFault("sequence", seq, `entry ${seq} follows entry ${last.seq}`);
    if (prev !== last.hash) this.addFault("chain", seq, `entry ${seq} does not name the hash of the entry before it`);
    if (revision !== last.revision && revision !== last.revision + 1) {
      this.addFault("revision", seq, `entry ${seq} is of revision ${revision}, after revision ${last.revision}`);
    }
    if (at < last.at) this.clockSteps += 1;
    const change = changeOrFault(entry);
    if (typeof change === "string") this.addFault("encoding", seq, change);
    if (hashWith(entry, entry.text) !== hash) {
      this.addFault("hash", seq, `entry ${seq} is not what was recorded: its hash differs`);
    }
    const macFault = this.#macs.faultOf(entry);
    if (macFault) this.addFault("mac", seq, macFault);
    if (typeof change === "object" && searchColumns) this.#checkColumns(seq, change, searchColumns);
    this.#replay(change, entry);
    const trustedHead = this.#trustedHead;
    if (trustedHead?.seq === seq) this.#checkTrustedHead(trustedHead, hash);
    this.#last = { seq, hash, revision, at };
  }

  /** Starts the next pass: all entries go to `replayEntry` again, and all rows to `checkRow`. False if none is left. */
  nextPass(): boolean {
    return this.#replayedRows.nextPass();
  }

  /** Replays an entry that was checked in the first pass, for the rows of the current pass. */
  replayEntry(entry: WrittenEntry): void {
    this.#replay(changeOrFault(entry), entry);
  }

  #replay(change: Change | string, { seq, revision }: WrittenEntry): void {
    if (typeof change === "string" || this.#replayedRows.replay(change, revision) || this.#replayFaults.has(seq))
      return;
    this.#replayFaults.add(seq);
    this.addFault("replay", seq, `entry ${seq} says another row before it than the entries before it left`);
  }

  /** The searchable columns must repeat the fields of the change. */
  #checkColumns(seq: number, change: Change, searchColumns: SearchColumns): void {
    const values = valuesOf(change);
    const column = SEARCH_COLUMNS.find((name) => searchColumns[name] !== (values[name] ?? null));
    if (column)
      this.addFault(
        "columns",
        seq,
        `entry ${seq} is filed under ${column} ${searchColumns[column]}, which its change does not say`,
      );
  }

  /** Compares a stored row with what the entries left. */
  checkRow(kind: Kind, table: string, row: AnyRow, columns: readonly Column[]): void {
    const match = this.#replayedRows.matchAndRemove(kind, row);
    if (match === undefined) return;
    const columnsMatch = toColumns(kind, row).every((column, index) => column === columns[index]);
    const isWritten = kind !== "conditional" || isAsWritten(row);
    if (match === "fits" && columnsMatch && isWritten) return;
    const name = `${kind} ${keyOf(kind, row).replaceAll("\0", " ")}`;
    if (!isWritten) this.addFault("row", null, `${name} does not say what it was written with`, table);
    else if (match === "unknown")
      this.addFault("row", null, `${name} is in the table, and no entry put it there`, table);
    else if (match === "differs") this.addFault("row", null, `${name} is not as the entries left it`, table);
    else this.addFault("columns", null, `${name} has columns that do not fit its name`, table);
  }

  /** True if the entries left a row that is in no table; `reportIfMissing` finds out which. */
  get hasMissingRows(): boolean {
    return this.#replayedRows.hasUnmatched;
  }

  /** Adds a fault if the row of an entry is in no table. */
  reportIfMissing({ text }: Pick<WrittenEntry, "text">): void {
    const change = changeFromText(text);
    if (!change || !Object.hasOwn(RECORDS, kindOf(change))) return;
    const kind = kindOf(change);
    const key = keyFields(change);
    const match = this.#replayedRows.matchAndRemove(kind, key);
    if (match === undefined || match === "unknown") return;
    const name = `${kind} ${keyOf(kind, key).replaceAll("\0", " ")}`;
    this.addFault("row", null, `${name} is missing from the table`, TABLE[kind]);
  }

  /** Adds a fault if the trusted head was never passed: then the end of the record was cut off. */
  finish(): void {
    const trustedHead = this.#trustedHead;
    if (!trustedHead || this.#passedTrustedHead || trustedHead.seq === 0) return;
    const { seq } = trustedHead;
    this.addFault("head", seq, `the record ends at entry ${this.#last.seq}, before the expected entry ${seq}`);
  }

  #checkTrustedHead(expected: TrustedHead, hash: string): void {
    this.#passedTrustedHead = true;
    if (hash !== expected.hash)
      this.addFault("head", expected.seq, "the expected entry has another hash: history was rewritten");
  }
}

/** The change of an entry, or the message of its fault. */
function changeOrFault({ seq, text }: WrittenEntry): Change | string {
  const plain = plainChange(text);
  if (plain && kindOf(plain) !== "conditional") return plain;
  const change = changeFromText(text);
  if (!change) return `the change of entry ${seq} cannot be read`;
  if (!Object.hasOwn(RECORDS, kindOf(change)))
    return `entry ${seq} holds a kind of change that this version does not know`;
  if (canonicalChange(change) !== text) return `the change of entry ${seq} is not what rbac writes, in canonical JSON`;
  if (hasLostSomething(change))
    return `the conditional grant of entry ${seq} is not what rbac writes: its digest or its condition does not fit`;
  return change;
}
