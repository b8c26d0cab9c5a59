/** Explains a decision: finds the entry behind each row of the evidence and, for a "no", the near misses. */
import { type Decision, decide, type Question, refsOf } from "../policy/evaluate/decide.ts";
import {
  type Explanation,
  type NearMisses,
  NO_NEAR_MISSES,
  nearMissesOf,
  rolesForRemedies,
} from "../policy/evaluate/near-misses.ts";
import { rowsForRemedies, rowsForWhy } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import { joinPolicies, type Policy } from "../policy/model/policy.ts";
import { refKey } from "../store/audit/entries-of-rows.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { admitted } from "./strangers.ts";

export async function explain(reading: TransactionReads, asked: Question): Promise<Explanation> {
  const policy = await reading.load(rowsForWhy(asked));
  const question = await admitted(reading, policy, asked);
  const decision = decide(indexPolicy(policy), question);
  const near = decision.allowed ? NO_NEAR_MISSES : await nearMisses(reading, policy, question, decision);
  const refs = [...decision.because, ...near.misses].flatMap((path) => refsOf(path, question.user));
  const entries = await reading.firstHandsOf(refs);
  return { decision, near, entryOf: (ref) => entries.get(refKey(ref)) };
}

/** Reads more rows than the decision needed: what a remedy adds depends on all grants of its roles. */
async function nearMisses(
  reading: TransactionReads,
  policy: Policy,
  question: Question,
  decision: Decision,
): Promise<NearMisses> {
  const remedyRows = await reading.load(rowsForRemedies(question, rolesForRemedies(indexPolicy(policy), question)));
  return nearMissesOf(indexPolicy(joinPolicies(policy, remedyRows)), question, decision);
}
