/** Reads and verifies the lines of an exported audit record, without a database. */
import { wrong } from "../../errors.ts";
import type { VerificationReport } from "../../policy/model/results.ts";
import type { OnProgress } from "../../progress.ts";
import { entryOfLine } from "./entry-line.ts";
import type { TrustedHead } from "./trusted-head.ts";
import { Verifier, type WrittenEntry } from "./verify-record.ts";

interface ExportedRecordInput {
  readonly key?: Uint8Array | undefined;
  readonly trustedHead?: TrustedHead | undefined;
  readonly onProgress?: OnProgress | undefined;
}

const TOLD_EVERY = 1000;

/** Verifies an exported record: the sequence, the chain, the hashes, the MACs, and that the changes replay. */
export async function verifyRecord(
  lines: AsyncIterable<string>,
  { onProgress, ...expected }: ExportedRecordInput,
): Promise<VerificationReport> {
  const verifier = new Verifier({ ...expected, most: Number.POSITIVE_INFINITY });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const entry = entryOfLine(text);
    if (typeof entry === "object") verifier.checkEntry(entry);
    else verifier.addFault("encoding", null, `line ${line} ${entry}`);
    if (line % TOLD_EVERY === 0) onProgress?.({ step: "verifying", unit: "entries", done: line });
  }
  if (line === 0) throw noRecord();
  verifier.finish();
  return verifier.report();
}

/** The entries of an exported record. @throws RbacError `RECORD_INVALID` (exit 2) at a line that is not an entry. */
export async function* writtenEntries(lines: AsyncIterable<string>): AsyncIterable<WrittenEntry> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const entry = entryOfLine(text);
    if (typeof entry === "string") throw wrong("RECORD_INVALID", `line ${line} ${entry}`);
    yield entry;
  }
  if (line === 0) throw noRecord();
}

/** What was exported has an entry at least: an empty file is one that was not made, or was cut. */
const noRecord = () => wrong("RECORD_INVALID", "there is no record: not one entry");
