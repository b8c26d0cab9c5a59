/** A decision explained: the entry behind every row that the evidence names, and for a "no" what was near. */
import { type Decision, decide, type Question, refsOf } from "../policy/evaluate/decide.ts";
import { type Near, NOT_NEAR, nearOf, rolesNear } from "../policy/evaluate/near-misses.ts";
import { gainSlice, whySlice } from "../policy/evaluate/needed-rows.ts";
import { lookupOf } from "../policy/evaluate/policy-index.ts";
import { joined, type Policy, type RowRef } from "../policy/model/policy.ts";
import { type Entry, refKey } from "../store/audit/entries.ts";
import type { Reading } from "../store/store.ts";

/** The entry that made a row what it is. */
export type EntryOf = (ref: Pick<RowRef, "kind" | "key">) => Entry | undefined;

export interface Explanation {
  readonly decision: Decision;
  /** What was near to a "no"; empty for a "yes". */
  readonly near: Near;
  readonly entryOf: EntryOf;
}

export async function explain(reading: Reading, question: Question): Promise<Explanation> {
  const policy = await reading.load(whySlice(question));
  const decision = decide(lookupOf(policy), question);
  const near = decision.allowed ? NOT_NEAR : await nearMisses(reading, policy, question, decision);
  const refs = [...decision.because, ...near.misses].flatMap((path) => refsOf(path, question.user));
  const entries = await reading.entriesOf(refs);
  return { decision, near, entryOf: (ref) => entries.get(refKey(ref)) };
}

/** What a remedy would add depends on all that its roles grant, which the decision did not need to read. */
async function nearMisses(reading: Reading, policy: Policy, question: Question, decision: Decision): Promise<Near> {
  const more = await reading.load(gainSlice(question, rolesNear(lookupOf(policy), question)));
  return nearOf(lookupOf(joined(policy, more)), question, decision);
}
