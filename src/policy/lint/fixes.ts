/** The fixes that findings offer, as far as nobody notices them (rule 38); and the mutation that makes them. */
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { impactOf } from "../impact/impact.ts";
import { apply, type Change, kindOf, valuesOf } from "../model/change.ts";
import { type Mutation, WHOLE_POLICY } from "../model/mutation.ts";
import { type Policy, rowId } from "../model/policy.ts";
import { type AskedOfFixes, keepsTests } from "./kept-tests.ts";
import { Proof } from "./proof.ts";
import type { Found } from "./rules/rule.ts";

/**
 * Those findings whose fixes are safe, all of them together: in the order in which they come, each that leaves
 * everything as it is once those before it are made. Where tests would come out otherwise, as one that takes away a
 * role which is held twice, no assignment goes of those whose changes are tested; nothing, where that is not enough.
 */
export function safelyFixed<T extends Found>(
  index: PolicyIndex,
  findings: readonly T[],
  asked: AskedOfFixes,
): ReadonlySet<T> {
  const keeps = (fixed: Iterable<Found>) => keepsTests(index, apply(index.policy, changesOf(fixed)), asked);
  const all = proved(index, findings, asked.at);
  if (all.size === 0 || keeps(all)) return all;
  const tested = new Set(asked.tests.flatMap(({ user, change }) => (change ? [user] : [])));
  const isTested = (change: Change) => kindOf(change) === "assignment" && tested.has(String(valuesOf(change).user));
  const untested = findings.filter(({ fix = [] }) => !fix.some(isTested));
  const some = proved(index, untested, asked.at);
  return keeps(some) ? some : new Set();
}

function proved<T extends Found>(index: PolicyIndex, findings: readonly T[], at: string): ReadonlySet<T> {
  const proof = new Proof(index, at);
  return new Set(findings.filter(({ fix }) => fix !== undefined && fix.length > 0 && proof.take(fix)));
}

/** The changes of fixes, each once: two findings may name the same row. */
export function changesOf(fixed: Iterable<Found>): Change[] {
  const changes = [...fixed].flatMap(({ fix = [] }) => fix);
  return [...new Map(changes.map((change) => [rowId(kindOf(change), valuesOf(change)), change])).values()];
}

/**
 * The changes of all safe fixes. What was proved is measured again by another way: none is made where anybody would
 * gain or lose anything, now or later.
 */
export function provedChanges(policy: Policy, findings: readonly Found[], asked: AskedOfFixes): Change[] {
  const changes = changesOf(safelyFixed(indexPolicy(policy), findings, asked));
  if (changes.length === 0) return [];
  const { outcomes, strangers } = impactOf(policy, changes, asked.at);
  const isHarmless = outcomes.length === 0 && [strangers.gains, strangers.losses, strangers.later].every(isEmpty);
  return isHarmless ? changes : [];
}

const isEmpty = (list: readonly unknown[]): boolean => list.length === 0;

/**
 * The fixes as a mutation: found and proved anew in the policy as it stands when they are made.
 * @param find what is found in it
 * @param reason of the changes; `null` for that of the stamp
 */
export const fixing = (
  find: (policy: Policy) => readonly Found[],
  asked: AskedOfFixes,
  reason: string | null,
): Mutation => ({
  needs: WHOLE_POLICY,
  already: "nothing can be fixed without anybody noticing",
  decide: (policy) => provedChanges(policy, find(policy), asked),
  reasonOf: () => reason,
});
