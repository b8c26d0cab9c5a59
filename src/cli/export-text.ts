/** The text of an export: NDJSON as it is read, every other format as a whole. */
import type { Database } from "../database/database.ts";
import { MOST_KEYS } from "../files/file-input.ts";
import { LARGEST } from "../files/read-inputs.ts";
import { type EXPORTS, toDocument, toNdjson } from "../output/views/document.ts";
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
