/** What the store answers with and the views show: types only, shared by both. */
import type { Named } from "../../errors.ts";
import type { Change } from "./change.ts";

/** An answer, and the revision at which it was read. */
export type AtRevision<T> = T & { readonly revision: number };

/** Where a list was cut: how many it shows, and of how many; `total` is left out where nobody counted them. */
export interface Cut {
  readonly shown: number;
  readonly total?: number;
  /** What they are, where a list is cut in two directions. */
  readonly of?: string;
}

/** Who changes something, when, and why. `at` is RFC 3339 UTC with milliseconds. */
export interface Stamp {
  readonly actor: string;
  readonly osUser: string;
  readonly at: string;
  readonly reason: string | null;
}

/** A change and its stamp, as recorded. `prev` is the hash of the entry before, `""` for the first entry. */
export interface Entry extends Stamp {
  readonly seq: number;
  readonly revision: number;
  readonly change: Change;
  readonly prev: string;
  readonly hash: string;
  /** Present if the record has an audit key. */
  readonly mac?: string;
}

/** By which revision something was done, when, by whom and why. */
export type RecordedStamp = Pick<Entry, "revision" | "at" | "actor" | "reason">;

/** Who made something, and who last changed it; `null` for what the record does not have. */
export interface RowStamps {
  readonly created: RecordedStamp | null;
  readonly changed: RecordedStamp | null;
}

/** An entry that may have been found by a later name: `as` is the name that what was asked about had then. */
export type NamedEntry = Entry & { readonly as?: { readonly user?: string; readonly role?: string } };

/** A name that something had, until the revision that renamed it, and who did that when. */
export interface FormerName {
  readonly of: Named;
  readonly name: string;
  readonly until: number;
  readonly actor: string;
  readonly at: string;
}

/** One renaming. */
export interface Renaming {
  readonly of: Named;
  readonly former: string;
  readonly name: string;
  readonly revision: number;
  readonly actor: string;
  readonly at: string;
}

/** The entry that put a row there, and the renamings since that only moved it, oldest first. */
export interface FirstHand extends Entry {
  readonly renamings: readonly Renaming[];
  /** The names that its key then had, where they are others now, by their fields. */
  readonly as: Readonly<Record<string, string>>;
}

/** The result of a mutation. */
export interface ChangeOutcome {
  readonly changed: boolean;
  /** The number of changes, only for a mutation in parts: then `changes` holds no more than the first of them. */
  readonly count?: number;
  /** The current revision after the change; of a dry run, the unchanged one. */
  readonly revision: number;
  readonly changes: readonly Change[];
  /** What a person should know of the result, as sentences; only if there is anything. */
  readonly notices?: readonly string[];
}

/** One fault, of an entry or of a row of a table. */
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

export interface VerificationReport {
  readonly valid: boolean;
  readonly entries: number;
  /** `SEQ:HASH` of the last entry. */
  readonly head: string;
  readonly revision: number;
  /** Number of entries stamped earlier than the one before; no fault, since the sequence decides the order. */
  readonly clockSteps: number;
  /** Number of entries whose MAC was not checked because no key was given. */
  readonly uncheckedCodes: number;
  readonly faults: readonly RecordFault[];
}

export interface DatabaseStatus {
  /** The file, or the server and schema. */
  readonly path: string;
  readonly format: number;
  /** The older name of `format`; always equal. */
  readonly version: number;
  readonly revision: number;
  /** The last entry, as `SEQ:HASH`. */
  readonly head: string;
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>;
  /** Size in bytes and permission bits (octal) of each file of the database. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly mode: string }[];
  readonly settings: Readonly<Record<string, string | number>>;
  readonly warnings: readonly string[];
}

/** The names of both locations as messages show them, and what the copy contains. */
export interface CopyResult {
  readonly from: string;
  readonly to: string;
  readonly revision: number;
  /** The last entry, as `SEQ:HASH`. */
  readonly head: string;
}

export interface ReplaceResult {
  /** The revision of the new database. */
  readonly revision: number;
  /** The new location of the old database, if there was one. */
  readonly aside: string | undefined;
}

/** The formats before and after, and the path of the copy that was made before. */
export interface MigrationResult {
  readonly from: number;
  readonly to: number;
  readonly backup: string | undefined;
  readonly dryRun: boolean;
}
