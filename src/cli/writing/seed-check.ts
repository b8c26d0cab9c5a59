/** How documents are seeded; what they leave out of their sections is told to whoever checks them without a prune. */
import type { Database } from "../../database/database.ts";
import { RbacError } from "../../errors.ts";
import { countedByKind } from "../../output/views/change-lines.ts";
import { removalsWithin } from "../../policy/document/changes-to-document.ts";
import { type DocumentInput, partedDocumentOf } from "../../policy/document/read.ts";
import { seedingParts } from "../../policy/document/seeding.ts";
import type { Mutation } from "../../policy/model/mutation.ts";
import type { OnProgress } from "../../progress.ts";
import { partSaid } from "../flags/only-flag.ts";
import { confirmRemovals, refuseTruncated } from "./prune.ts";

type Input = DocumentInput & { readonly closed: boolean };

interface Seeding {
  readonly prune: boolean;
  readonly check: boolean;
  readonly only?: Parameters<typeof partSaid>[0];
  readonly "max-removals"?: number | undefined;
}

/** The mutation of documents, and how it is made: a prune is confirmed, a check alone tells what they leave out. */
export function seedingOf(
  inputs: readonly Input[],
  { prune, check, only, "max-removals": limit }: Seeding,
  onProgress: OnProgress,
) {
  const document = partedDocumentOf(refuseTruncated(inputs, prune), { only: partSaid(only), onProgress });
  const mutation = seedingParts(document, prune);
  const how = { mutation, check, fromDocuments: true };
  if (prune) return { ...how, confirm: confirmRemovals(limit) };
  const notices = (_: unknown, database: Database) => unstatedNotices(seedingParts(document, true), database);
  return check ? { ...how, notices } : how;
}

/** A notice of what a prune would remove, which nobody judges: it is not to be made. */
async function unstatedNotices({ needs, decide }: Mutation, database: Database): Promise<string[]> {
  const { policy } = await database.policy(needs);
  try {
    const removals = removalsWithin(undefined, decide(policy));
    const counts = countedByKind(removals);
    return removals.length === 0
      ? []
      : [`not in the documents, though their sections are: ${counts} (--prune would remove them)`];
  } catch (error) {
    if (error instanceof RbacError) return []; // What is stated needs what is not: then it may not go.
    throw error;
  }
}
