/** Verifying the record: the chain, the sequence, the searchable columns, and the tables against a full replay. */

import { plainChange } from "../../policy/model/canonical-change.ts";
import { type Change, canonicalChange, keyFields, kindOf } from "../../policy/model/change.ts";
import { type AnyRow, type Kind, keyOf, RECORDS } from "../../policy/model/policy.ts";
import { type Column, TABLE, toColumns } from "../engine/tables.ts";
import type { Entry } from "./entries.ts";
import { hashWith, macOf, sameMac } from "./entry-hash.ts";
import { RowFingerprints } from "./row-fingerprints.ts";
import type { TrustedHead } from "./trusted-head.ts";

/** One thing that is wrong: at an entry, or at a row of a table. */
export interface RecordFault {
  readonly code: FaultCode;
  readonly seq: number | null;
  readonly table: string | null;
  readonly message: string;
}

export type FaultCode =
  | "sequence"
  | "chain"
  | "hash"
  | "mac"
  | "encoding"
  | "replay"
  | "revision"
  | "columns"
  | "row"
  | "schema"
  | "head"
  | "damaged";

/** An entry as it lies in a table or a file: the change as the text that was hashed. */
export type WrittenEntry = Omit<Entry, "change"> & { readonly text: string };

/** The words of a change, as the columns that an entry is searched by repeat them. */
const FILED = ["kind", "user", "role", "inherits", "permission"] as const;
export type SearchColumns = { readonly [word in (typeof FILED)[number]]: string | null };

export interface VerificationReport {
  readonly valid: boolean;
  readonly entries: number;
  /** `SEQ:HASH` of the last entry. */
  readonly head: string;
  readonly revision: number;
  /** Entries stamped earlier than the one before: no fault, since the sequence is the order, but worth knowing. */
  readonly clockSteps: number;
  /** Entries whose code was not checked, for want of the key. */
  readonly uncheckedCodes: number;
  readonly faults: readonly RecordFault[];
}

interface Terms {
  readonly key?: Uint8Array | undefined;
  readonly anchor?: TrustedHead | undefined;
  readonly most?: number | undefined;
}

/** Checks entries one after the other, from the first on, and never stops at a fault. */
export class Verifier {
  readonly faults: RecordFault[] = [];
  readonly #standing: RowFingerprints;
  /** The entries that said another row before them: in turns some are met twice. */
  readonly #misfits = new Set<number>();
  readonly #key: Uint8Array | undefined;
  readonly #anchor: TrustedHead | undefined;
  #last = { seq: 0, hash: "", revision: 0, at: "", keyed: false };
  #anchored = false;
  /** Entries that were stamped earlier than the one before: a clock was set back. */
  clockSteps = 0;
  #uncheckedCodes = 0;

  /** @param most how many rows are held at once; an exported record, which is read but once, has no others. */
  constructor({ key, anchor, most }: Terms) {
    this.#key = key;
    this.#anchor = anchor;
    this.#standing = new RowFingerprints(most);
  }

  fault(code: FaultCode, seq: number | null, message: string, table: string | null = null): void {
    this.faults.push({ code, seq, table, message });
  }

  report(): VerificationReport {
    const { seq, hash, revision } = this.#last;
    const { faults, clockSteps } = this;
    const valid = faults.length === 0;
    const uncheckedCodes = this.#uncheckedCodes;
    return { valid, entries: seq, head: `${seq}:${hash}`, revision, clockSteps, uncheckedCodes, faults };
  }

  get revision(): number {
    return this.#last.revision;
  }

  /** @param filed the columns that the entry is searched by, where it lies in a table. */
  entry(entry: WrittenEntry, filed?: SearchColumns): void {
    const { seq, hash, prev, revision, at } = entry;
    const last = this.#last;
    if (seq !== last.seq + 1) this.fault("sequence", seq, `entry ${seq} follows entry ${last.seq}`);
    if (prev !== last.hash) this.fault("chain", seq, `entry ${seq} does not name the hash of the entry before it`);
    if (revision !== last.revision && revision !== last.revision + 1) {
      this.fault("revision", seq, `entry ${seq} is of revision ${revision}, after revision ${last.revision}`);
    }
    if (at < last.at) this.clockSteps += 1;
    const change = changeIn(entry);
    if (typeof change === "string") this.fault("encoding", seq, change);
    if (hashWith(entry, entry.text) !== hash) {
      this.fault("hash", seq, `entry ${seq} is not what was recorded: its hash differs`);
    }
    this.#checkMac(entry);
    if (typeof change === "object" && filed) this.#checkColumns(seq, change, filed);
    this.#replay(change, entry);
    if (this.#anchor?.seq === seq) this.#checkAnchor(hash);
    this.#last = { seq, hash, revision, at, keyed: entry.mac !== undefined };
  }

  /** Turns to the rows that were put off: entries are then told to `again`, and rows as before. False where there are none. */
  turn(): boolean {
    return this.#standing.turn();
  }

  /** An entry that was checked already, for the rows whose turn it is. */
  again(entry: WrittenEntry): void {
    this.#replay(changeIn(entry), entry);
  }

  #replay(change: Change | string, { seq, revision }: WrittenEntry): void {
    if (typeof change === "string" || this.#standing.replay(change, revision) || this.#misfits.has(seq)) return;
    this.#misfits.add(seq);
    this.fault("replay", seq, `entry ${seq} says another row before it than the entries before it left`);
  }

  /** The columns that entries are searched by must repeat the words of the change. */
  #checkColumns(seq: number, change: Change, filed: SearchColumns): void {
    const words = change as unknown as SearchColumns;
    const odd = FILED.find((name) => filed[name] !== (words[name] ?? null));
    if (odd)
      this.fault("columns", seq, `entry ${seq} is filed under ${odd} ${filed[odd]}, which its change does not say`);
  }

  #checkMac({ seq, hash, mac }: WrittenEntry): void {
    if (mac === undefined) {
      if (this.#key || this.#last.keyed) this.fault("mac", seq, `entry ${seq} was written without the audit key`);
    } else if (!this.#key) this.#uncheckedCodes += 1;
    else if (!sameMac(mac, macOf(this.#key, hash)))
      this.fault("mac", seq, `entry ${seq} was not written with this audit key`);
  }

  /** Holds a stored row against what the entries left. */
  row(kind: Kind, table: string, row: AnyRow, columns: readonly Column[]): void {
    const fit = this.#standing.strike(kind, row);
    if (fit === undefined) return;
    const whole = toColumns(kind, row).every((column, at) => column === columns[at]);
    if (fit === "fits" && whole) return;
    const name = `${kind} ${keyOf(kind, row).replaceAll("\0", " ")}`;
    if (fit === "unknown") this.fault("row", null, `${name} is in the table, and no entry put it there`, table);
    else if (fit === "differs") this.fault("row", null, `${name} is not as the entries left it`, table);
    else this.fault("columns", null, `${name} has columns that do not fit its name`, table);
  }

  /** True where no table holds a row that the entries left; which one it is, `missing` tells from the entries. */
  get lacking(): boolean {
    return this.#standing.left;
  }

  /** Names the row of an entry if no table held it. */
  missing({ text }: Pick<WrittenEntry, "text">): void {
    const change = parseObject(text) as unknown as Change | undefined;
    if (typeof change?.kind !== "string" || !Object.hasOwn(RECORDS, kindOf(change))) return;
    const kind = kindOf(change);
    const key = keyFields(change);
    const fit = this.#standing.strike(kind, key);
    if (fit === undefined || fit === "unknown") return;
    const name = `${kind} ${keyOf(kind, key).replaceAll("\0", " ")}`;
    this.fault("row", null, `${name} is missing from the table`, TABLE[kind]);
  }

  /** An anchor that was never passed is a record that was cut. */
  finish(): void {
    const anchor = this.#anchor;
    if (!anchor || this.#anchored || anchor.seq === 0) return;
    const { seq } = anchor;
    this.fault("head", seq, `the record ends at entry ${this.#last.seq}, before the expected entry ${seq}`);
  }

  #checkAnchor(hash: string): void {
    this.#anchored = true;
    if (hash !== this.#anchor?.hash)
      this.fault("head", this.#anchor?.seq ?? null, "the expected entry has another hash: history was rewritten");
  }
}

/** The change of an entry, or what is wrong with it. */
function changeIn({ seq, text }: WrittenEntry): Change | string {
  const plain = plainChange(text);
  if (plain) return plain;
  const change = parseObject(text) as unknown as Change | undefined;
  if (typeof change?.kind !== "string") return `the change of entry ${seq} cannot be read`;
  if (!Object.hasOwn(RECORDS, kindOf(change)))
    return `entry ${seq} holds a kind of change that this version does not know`;
  if (canonicalChange(change) !== text) return `the change of entry ${seq} is not what rbac writes, in canonical JSON`;
  return change;
}

/** The object that a text of JSON says, or `undefined` where it says none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
