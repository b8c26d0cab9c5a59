/** A decision explained: the entry behind every row that the evidence names, and for a "no" what was near. */
import { type Decision, decide, type Question, refsOf } from "../policy/evaluate/decide.ts";
import { type NearMisses, NO_NEAR_MISSES, nearMissesOf, rolesForRemedies } from "../policy/evaluate/near-misses.ts";
import { rowsForRemedies, rowsForWhy } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import { joinPolicies, type Policy, type RowRef } from "../policy/model/policy.ts";
import { type Entry, refKey } from "../store/audit/entries.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";

/** The entry that made a row what it is. */
export type EntryOf = (ref: Pick<RowRef, "kind" | "key">) => Entry | undefined;

export interface Explanation {
  readonly decision: Decision;
  /** What was near to a "no"; empty for a "yes". */
  readonly near: NearMisses;
  readonly entryOf: EntryOf;
}

export async function explain(reading: TransactionReads, question: Question): Promise<Explanation> {
  const policy = await reading.load(rowsForWhy(question));
  const decision = decide(indexPolicy(policy), question);
  const near = decision.allowed ? NO_NEAR_MISSES : await nearMisses(reading, policy, question, decision);
  const refs = [...decision.because, ...near.misses].flatMap((path) => refsOf(path, question.user));
  const entries = await reading.entriesOf(refs);
  return { decision, near, entryOf: (ref) => entries.get(refKey(ref)) };
}

/** What a remedy would add depends on all that its roles grant, which the decision did not need to read. */
async function nearMisses(
  reading: TransactionReads,
  policy: Policy,
  question: Question,
  decision: Decision,
): Promise<NearMisses> {
  const more = await reading.load(rowsForRemedies(question, rolesForRemedies(indexPolicy(policy), question)));
  return nearMissesOf(indexPolicy(joinPolicies(policy, more)), question, decision);
}
