/** Turning questions to the revisions that answer them. */
import { RbacError, wrong } from "../../errors.ts";
import type { BatchQuestion } from "../../policy/evaluate/batch-lines.ts";
import type { TransactionReads } from "./transaction-reads.ts";

/** The error (exit 2) of a revision that there is not. */
export const noSuchRevision = (revision: number, last: number): RbacError =>
  wrong("REVISION_NOT_FOUND", `there is no revision ${revision}; the last is ${last}`);

type Asking = Pick<BatchQuestion, "question" | "revision">;

/** A question, or why it cannot be answered, and the revision to ask. */
export interface ResolvedQuestion {
  readonly question: BatchQuestion["question"];
  readonly revision: number;
}

/**
 * Turns one question after the other; each moment is looked up once.
 * @param now the moment from which on the answer is what is read, whatever it says
 */
export function momentResolver(
  reading: TransactionReads,
  now: string | undefined,
): (asked: Asking) => Promise<ResolvedQuestion> {
  const revisions = new Map<string, number>();
  const stamps = new Map<number, string | undefined>();
  return async ({ question, revision }) => {
    if (question instanceof RbacError) return { question, revision: reading.revision };
    if (revision === undefined) {
      if (now !== undefined && question.at >= now) return { question, revision: reading.revision };
      if (!revisions.has(question.at)) revisions.set(question.at, await reading.revisionAt(question.at));
      return { question, revision: revisions.get(question.at) ?? 0 };
    }
    if (!stamps.has(revision)) stamps.set(revision, await reading.stampedAt(revision));
    const at = stamps.get(revision);
    if (at === undefined) return { question: noSuchRevision(revision, reading.revision), revision: reading.revision };
    return { question: { ...question, at }, revision };
  };
}
