/** Documents that a command line names, read and understood, telling how far that is. */

import type { RestoreFrom } from "../../database/maintenance.ts";
import { withoutTurns } from "../../database/signals.ts";
import { wrong } from "../../errors.ts";
import { readLines } from "../../files/lines.ts";
import { originKind, readInputs } from "../../files/read-inputs.ts";
import { wholeDocument } from "../../policy/document/changes-to-document.ts";
import { documentOf } from "../../policy/document/read.ts";
import { seeding } from "../../policy/document/seeding.ts";
import type { Mutation } from "../../policy/model/mutation.ts";
import type { OnProgress } from "../../progress.ts";
import { refuseTruncated } from "./prune.ts";
import { seedingOf } from "./seed-check.ts";

/** What files, folders or `-` state together. @throws RbacError (exit 2) with every problem. */
export const readDocuments = async (paths: readonly string[], onProgress: OnProgress) =>
  documentOf(await readInputs(paths, onProgress), { onProgress });

/** What a restore begins with: the first bytes tell a database and an exported record from a document. */
export async function readOrigin(path: string, onProgress: OnProgress): Promise<RestoreFrom> {
  const kind = originKind(path);
  if (kind !== "document") return kind === "backup" ? { backup: path } : { lines: readLines(path) };
  const inputs = refuseTruncated(await withoutTurns(() => readInputs([path], onProgress)), true);
  return withoutTurns(() => ({ mutation: seeding(wholeDocument(documentOf(inputs, { onProgress })), true) }));
}

/** What `seed --prune` of a document would do. @param others what is read beside it: standard input is read once. */
export async function proposalOf(path: string, others: readonly string[], onProgress: OnProgress): Promise<Mutation> {
  if (path === "-" && others.includes("-")) throw wrong("USAGE", "standard input cannot be the log and the proposal");
  return seedingOf(await readInputs([path], onProgress), { prune: true, check: true }, onProgress).mutation;
}
