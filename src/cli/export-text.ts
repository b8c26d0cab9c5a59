/** The text of an export, or of a proposal: NDJSON as it is read, every other format as a whole. */
import type { Database } from "../database/database.ts";
import { wrong } from "../errors.ts";
import { formatNamed, MOST_KEYS } from "../files/file-input.ts";
import { LARGEST } from "../files/read-inputs.ts";
import { type EXPORTS, toDocument, toNdjson } from "../output/views/document.ts";
import { sortedRows } from "../policy/document/snapshot.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { Part } from "../policy/part/part.ts";
import type { OnProgress } from "../progress.ts";

interface Exporting {
  /** Only this part, and the names that it needs. */
  readonly part: Part | undefined;
  /** When windows are judged, in the formats that show who may do what. */
  readonly now: string;
  readonly onProgress: OnProgress;
}

export async function exportText(
  database: Database,
  format: (typeof EXPORTS)[number],
  { part, now, onProgress }: Exporting,
): Promise<string | AsyncIterable<string>> {
  onProgress({ step: "reading the policy" });
  if (format === "ndjson") return toNdjson(database.rows(part, onProgress), part);
  const matrix = () => database.lists.matrix("roles", now);
  const policy = await database.documented(part, onProgress);
  return toDocument(policy, format, { keys: MOST_KEYS, bytes: LARGEST.yaml, part, matrix });
}

/** The formats of a proposal: those that lose nothing. */
type ProposalFormat = "yaml" | "json" | "ndjson";

/** The format of a proposal, by the name of its file. @throws RbacError `VALUE_INVALID` (exit 2) for one that loses. */
export function proposalFormat(path: string): ProposalFormat {
  const format = formatNamed(path) ?? "yaml";
  if (format === "yaml" || format === "json" || format === "ndjson") return format;
  throw wrong("VALUE_INVALID", `a proposal is written as yaml, json or ndjson, and ${path} would be ${format}`);
}

/** The text of a proposal. @throws RbacError (exit 2) when it is too large to be read again in that format. */
export async function proposalText(policy: Policy, format: ProposalFormat): Promise<string | AsyncIterable<string>> {
  if (format === "ndjson") return toNdjson(sortedRows(policy));
  const matrix = () => Promise.reject(new Error("no proposal is shown as a matrix"));
  return toDocument(policy, format, { keys: MOST_KEYS, bytes: LARGEST.yaml, matrix });
}
