/** Proposals: a document that would replace what it speaks of, read as one, or written as one. */
import { wrong } from "../errors.ts";
import { formatNamed, MOST_KEYS } from "../files/file-input.ts";
import { LARGEST, readInputs } from "../files/read-inputs.ts";
import { toDocument, toNdjson } from "../output/views/document.ts";
import { sortedRows } from "../policy/document/snapshot.ts";
import type { Mutation } from "../policy/model/mutation.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { OnProgress } from "../progress.ts";
import { seedingOf } from "./seed-check.ts";

/** What `seed --prune` of a document would do. @param others what is read beside it: standard input is read once. */
export async function proposalOf(path: string, others: readonly string[], onProgress: OnProgress): Promise<Mutation> {
  if (path === "-" && others.includes("-")) throw wrong("USAGE", "standard input cannot be the log and the proposal");
  return seedingOf(await readInputs([path], onProgress), { prune: true, check: true }, onProgress).mutation;
}

/** The format of a proposal, by the name of its file. @throws RbacError `VALUE_INVALID` (exit 2) for one that loses. */
export function proposalFormat(path: string): "yaml" | "json" | "ndjson" {
  const format = formatNamed(path) ?? "yaml";
  if (format === "yaml" || format === "json" || format === "ndjson") return format;
  throw wrong("VALUE_INVALID", `a proposal is written as yaml, json or ndjson, and ${path} would be ${format}`);
}

/** The text of a proposal. @throws RbacError (exit 2) when it is too large to be read again in that format. */
export function proposalText(
  policy: Policy,
  format: "yaml" | "json" | "ndjson",
): string | AsyncIterable<string> | Promise<string> {
  if (format === "ndjson") return toNdjson(sortedRows(policy));
  const matrix = () => Promise.reject(new Error("no proposal is shown as a matrix"));
  return toDocument(policy, format, { keys: MOST_KEYS, bytes: LARGEST.yaml, matrix });
}
