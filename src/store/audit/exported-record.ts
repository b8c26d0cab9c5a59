/** Reads and verifies the lines of an exported audit record, without a database. */
import { wrong } from "../../errors.ts";
import { canonicalJson } from "../../policy/model/canonical-json.ts";
import type { VerificationReport } from "../../policy/model/results.ts";
import type { TrustedHead } from "./trusted-head.ts";
import { Verifier, type WrittenEntry } from "./verify-record.ts";

/** Verifies an exported record: the sequence, the chain, the hashes, the MACs, and that the changes replay. */
export async function verifyRecord(
  lines: AsyncIterable<string>,
  expected: { key?: Uint8Array | undefined; trustedHead?: TrustedHead | undefined },
): Promise<VerificationReport> {
  const verifier = new Verifier({ ...expected, most: Number.POSITIVE_INFINITY });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const entry = writtenEntry(text);
    if (entry) verifier.checkEntry(entry);
    else verifier.addFault("encoding", null, `line ${line} is no entry`);
  }
  verifier.finish();
  return verifier.report();
}

/** The entries of an exported record. @throws RbacError `RECORD_INVALID` (exit 2) at a line that is not an entry. */
export async function* writtenEntries(lines: AsyncIterable<string>): AsyncIterable<WrittenEntry> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const entry = writtenEntry(text);
    if (!entry) throw wrong("RECORD_INVALID", `line ${line} is no entry of a record`);
    yield entry;
  }
}

/** Parses a line of an exported record; `undefined` if it is not an entry. */
function writtenEntry(line: string): WrittenEntry | undefined {
  const { change, mac, ...fields } = parseObject(line) ?? {};
  if (!areFields(fields) || typeof change !== "object" || change === null) return undefined;
  return { ...fields, text: canonicalJson(change), ...(typeof mac === "string" && { mac }) };
}

/** True if the fields of a line that an entry must have are there, and of their types. */
function areFields(entry: Fields): entry is Omit<WrittenEntry, "text" | "mac"> {
  const hasTexts = ["at", "actor", "osUser", "prev", "hash"].every((name) => typeof entry[name] === "string");
  const hasNumbers = ["seq", "revision"].every((name) => Number.isSafeInteger(entry[name]));
  const hasReason = entry.reason === null || typeof entry.reason === "string";
  return hasTexts && hasNumbers && hasReason;
}

type Fields = Readonly<Record<string, unknown>>;

/** Parses a JSON object; `undefined` if the text is none. */
function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
