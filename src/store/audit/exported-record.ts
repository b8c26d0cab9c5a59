/** An exported record: its lines, read and checked without a database. */
import { wrong } from "../../errors.ts";
import { canonicalJson } from "../../policy/model/canonical-json.ts";
import type { TrustedHead } from "./trusted-head.ts";
import { parseObject, type VerificationReport, Verifier, type WrittenEntry } from "./verify-record.ts";

/** Checks an exported record, which needs no database: the chain, the sequence, the codes, and that it replays. */
export async function verifyRecord(
  lines: AsyncIterable<string>,
  expected: { key?: Uint8Array | undefined; anchor?: TrustedHead | undefined },
): Promise<VerificationReport> {
  const verifier = new Verifier({ ...expected, most: Number.POSITIVE_INFINITY });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const entry = writtenEntry(text);
    if (entry) verifier.entry(entry);
    else verifier.fault("encoding", null, `line ${line} is no entry`);
  }
  verifier.finish();
  return verifier.report();
}

/** The entries of an exported record. @throws RbacError `RECORD_INVALID` (exit 2) at a line that is none. */
export async function* writtenEntries(lines: AsyncIterable<string>): AsyncIterable<WrittenEntry> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const entry = writtenEntry(text);
    if (!entry) throw wrong("RECORD_INVALID", `line ${line} is no entry of a record`);
    yield entry;
  }
}

/** An entry from a line of an exported record, or `undefined` where the line is none. */
export function writtenEntry(line: string): WrittenEntry | undefined {
  const { change, mac, ...entry } = parseObject(line) ?? {};
  const texts = ["at", "actor", "osUser", "prev", "hash"].every((name) => typeof entry[name] === "string");
  const numbers = ["seq", "revision"].every((name) => Number.isSafeInteger(entry[name]));
  const reason = entry.reason === null || typeof entry.reason === "string";
  if (!texts || !numbers || !reason || typeof change !== "object" || change === null) return undefined;
  const known = entry as unknown as Omit<WrittenEntry, "text" | "mac">;
  return { ...known, text: canonicalJson(change), ...(typeof mac === "string" && { mac }) };
}
