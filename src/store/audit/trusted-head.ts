/** A trusted head: stored outside of the database, to compare the audit record with. */
import { wrong } from "../../errors.ts";

/** The number and hash of an entry that the record must contain. */
export interface TrustedHead {
  readonly seq: number;
  readonly hash: string;
}

/** Reads `SEQ:HASH`. @throws RbacError `ANCHOR_INVALID` (exit 2). */
export function parseTrustedHead(text: string): TrustedHead {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})?$/.exec(text) ?? [];
  if (seq === undefined || (hash === undefined) !== (Number(seq) === 0)) {
    throw wrong("ANCHOR_INVALID", "write the expected head as SEQ:HASH, as audit head prints it");
  }
  return { seq: Number(seq), hash: hash ?? "" };
}
