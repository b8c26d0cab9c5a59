/** Explains a decision: finds the entry behind each row of the evidence and, for a "no", the near misses. */
import { storedCondition } from "../policy/conditions/condition.ts";
import { atomsOf } from "../policy/conditions/explain.ts";
import { type Decision, decide, type Question } from "../policy/evaluate/decide.ts";
import { type Because, refsOf } from "../policy/evaluate/evidence.ts";
import { factsFor } from "../policy/evaluate/judged-paths.ts";
import { rowsForRemedies, rowsForWhy } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import {
  type Explanation,
  type NearMisses,
  NO_NEAR_MISSES,
  nearMissesOf,
  widelyHeld,
} from "../policy/impact/advice.ts";
import { rolesForRemedies } from "../policy/impact/remedy-roles.ts";
import { withoutOwn } from "../policy/model/names.ts";
import { joinPolicies, type Policy } from "../policy/model/policy.ts";
import { closure, heirsIn } from "../policy/model/role-graph.ts";
import { refKey } from "../store/audit/entries-of-rows.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { admitted } from "./strangers.ts";

export async function explain(reading: TransactionReads, asked: Question): Promise<Explanation> {
  const policy = await reading.load(rowsForWhy(asked));
  const question = await admitted(reading, policy, asked);
  const index = indexPolicy(policy);
  const decision = decide(index, question);
  const near = decision.allowed ? NO_NEAR_MISSES : await nearMisses(reading, policy, question, decision);
  const refs = [...decision.because, ...near.misses].flatMap((path) => refsOf(path, question.user));
  const entries = await reading.firstHandsOf(refs);
  const facts = factsFor(index, question, withoutOwn(question.permission));
  const atoms = ({ grant }: Because) =>
    typeof grant?.when === "string" ? atomsOf(storedCondition(grant.when), facts) : [];
  return { decision, near, atomsOf: atoms, entryOf: (ref) => entries.get(refKey(ref)) };
}

/** The most people who are counted for advice on a role that many hold. */
const MOST_COUNTED = 10_000;

/** Reads more than the decision needed: all grants of the roles that a remedy may give, and who holds them. */
async function nearMisses(
  reading: TransactionReads,
  policy: Policy,
  question: Question,
  decision: Decision,
): Promise<NearMisses> {
  const remedyRows = await reading.load(rowsForRemedies(question, rolesForRemedies(indexPolicy(policy), question)));
  const index = indexPolicy(joinPolicies(policy, remedyRows));
  const roles = widelyHeld(index, question);
  if (roles.length === 0) return nearMissesOf(index, question, decision);
  const { users, more } = await holdersOf(reading, roles);
  const people = await reading.load({ users, permissions: "granted" });
  return nearMissesOf(indexPolicy(joinPolicies(index.policy, people)), question, decision, more);
}

/** Those who hold a role or an heir of it, up to a number. */
async function holdersOf(reading: TransactionReads, roles: readonly string[]) {
  const hierarchy = await reading.load({ roles: "all", grants: "none" });
  const heirs = closure(roles, heirsIn(hierarchy));
  const everybody = [...hierarchy.everyone.keys()].some((role) => heirs.has(role));
  const users: string[] = [];
  for await (const page of reading.assignees({ roles: [...heirs], everybody })) {
    for (const { user } of page) users.push(user);
    if (users.length > MOST_COUNTED) break;
  }
  return { users: users.slice(0, MOST_COUNTED), more: users.length > MOST_COUNTED };
}
