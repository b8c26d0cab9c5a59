/** Finds the revision that answers a question about the past. */
import { RbacError, wrong } from "../../errors.ts";
import type { BatchQuestion } from "../../policy/evaluate/batch-lines.ts";
import type { Moment } from "../../policy/model/times.ts";
import type { TransactionReads } from "./transaction-reads.ts";

/** The error (exit 2) for a revision that does not exist. */
const noSuchRevision = (revision: number, last: number): RbacError =>
  wrong("REVISION_NOT_FOUND", `there is no revision ${revision}; the last is ${last}`);

/**
 * The time of a moment, and the revision that was current then.
 * @throws RbacError `REVISION_NOT_FOUND` (exit 2) for a revision that does not exist.
 */
export async function resolveMoment(
  reads: Pick<TransactionReads, "revision" | "revisionAt" | "stampedAt">,
  moment: Moment,
): Promise<{ at: string; revision: number }> {
  if ("at" in moment) return { at: moment.at, revision: await reads.revisionAt(moment.at) };
  const at = await reads.stampedAt(moment.revision);
  if (at === undefined) throw noSuchRevision(moment.revision, reads.revision);
  return { at, revision: moment.revision };
}

type QuestionToResolve = Pick<BatchQuestion, "question" | "revision">;

/** A question, or the error that prevents an answer, and the revision to read. */
export interface ResolvedQuestion {
  readonly question: BatchQuestion["question"];
  readonly revision: number;
}

/**
 * Returns a function that resolves questions; each time and each revision is looked up only once.
 * @param now times from this one on are answered by the revision that `reads` reads
 */
export function momentResolver(
  reads: TransactionReads,
  now: string | undefined,
): (asked: QuestionToResolve) => Promise<ResolvedQuestion> {
  const revisions = new Map<string, number>();
  const stamps = new Map<number, string | undefined>();
  return async ({ question, revision }) => {
    if (question instanceof RbacError) return { question, revision: reads.revision };
    if (revision === undefined) {
      if (now !== undefined && question.at >= now) return { question, revision: reads.revision };
      const past = revisions.get(question.at) ?? (await reads.revisionAt(question.at));
      revisions.set(question.at, past);
      return { question, revision: past };
    }
    if (!stamps.has(revision)) stamps.set(revision, await reads.stampedAt(revision));
    const at = stamps.get(revision);
    if (at === undefined) return { question: noSuchRevision(revision, reads.revision), revision: reads.revision };
    return { question: { ...question, at }, revision };
  };
}
