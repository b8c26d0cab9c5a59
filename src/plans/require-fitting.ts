/** Whether a plan may be applied now: what must hold of it, in the transaction in which it is made (rule 38). */
import { impactIn } from "../database/impact.ts";
import { type RbacError, refused, wrong } from "../errors.ts";
import type { Impact } from "../policy/impact/values.ts";
import type { Change } from "../policy/model/change.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { digestOfImpact } from "./digest.ts";
import { rowsAtStake } from "./gate-names.ts";
import { judgeGates, requestOf } from "./gates.ts";
import { headOf } from "./make-plan.ts";
import type { Gate, Plan } from "./plan.ts";

/** How a plan is to be applied, and on what. */
interface Applying {
  /** The digest that was approved. */
  readonly expected: string | undefined;
  readonly exact?: boolean;
  /** In milliseconds. */
  readonly maxAge?: number;
  /** RFC 3339 UTC. */
  readonly now: string;
  /** What of its rows is another than planned on, as a sentence. */
  readonly stale: string | undefined;
  /** None where all is applied already. */
  readonly changes: readonly Change[];
  readonly before: TransactionReads;
}

const DAY = 24 * 60 * 60 * 1000;
const MAX_AGE = 7 * DAY;

/** @throws RbacError `PLAN_ELSEWHERE` (exit 2); (exit 3) for what else does not fit, the first of it. */
export async function requireFitting(plan: Plan, applying: Applying): Promise<void> {
  const { changes, before, expected, stale } = applying;
  if ((await before.databaseId()) !== plan.database)
    throw wrong("PLAN_ELSEWHERE", "this plan is of another database: apply it there, or plan here");
  if (changes.length === 0) return;
  if (expected !== undefined && expected !== plan.digest)
    throw refused("PLAN_UNEXPECTED", `this plan is ${plan.digest}, and ${expected} was expected`);
  requireAge(plan, applying);
  if (applying.exact) await requireSameRevision(plan, before);
  if (stale !== undefined) throw outdated(stale);
  requirePassed(plan.gates);
  const request = requestOf(plan.gates);
  const impact = await impactIn(before, changes, plan.at, {
    ...{ expand: plan.expand, holdersOf: request.protectRole ?? [] },
  });
  if (digestOfImpact(impact, plan.database) !== plan.impactDigest) throw otherImpact(plan.impact, impact);
  requirePassed(judgeGates(request, { changes, impact, rowsBefore: await rowsAtStake(request, changes, before) }));
}

/** @param why what of it is another than planned on, as a sentence */
export const outdated = (why: string): RbacError =>
  refused("PLAN_STALE", `the plan no longer fits: ${why}; plan again`);

/** A plan that is dated ahead by as much is none that was made by a clock like this one. */
function requireAge({ at }: Plan, { now, maxAge = MAX_AGE }: Applying): void {
  const age = Date.parse(now) - Date.parse(at);
  if (Math.abs(age) <= maxAge) return;
  const problem = age < 0 ? `is dated ahead, ${at}` : `was made ${at}, longer ago than it may be`;
  throw refused("PLAN_EXPIRED", `this plan ${problem}: plan again`);
}

async function requireSameRevision({ revision, head }: Plan, before: TransactionReads): Promise<void> {
  if (before.revision === revision && (await headOf(before)) === head) return;
  const problem = `the database stands at revision ${before.revision}, and this plan was made at ${revision}`;
  throw refused("REVISION_MOVED", `${problem}: plan again`);
}

/** @throws RbacError `GATE_CROSSED` (exit 3) with all that are crossed. */
function requirePassed(gates: readonly Gate[]): void {
  const crossed = gates.filter(({ passed }) => !passed).map(inWords);
  const [first] = crossed;
  if (first === undefined) return;
  throw refused("GATE_CROSSED", crossed.join("; "), {
    refusals: crossed.map((message) => ({ code: "GATE_CROSSED", message })),
  });
}

function inWords({ gate, limit, value }: Gate): string {
  const of = gate === "max-removals" ? "rows" : "people";
  return `the gate ${[gate, limit ?? []].flat().join(" ")} is crossed: ${value} ${of}`;
}

function otherImpact(planned: Impact, found: Impact): RbacError {
  const [then, now] = [planned, found].map(({ people: { gain, lose } }) => `${gain} gain and ${lose} lose`);
  const counts = then === now ? "" : ` (${then} in the plan; ${now} now)`;
  return refused(
    "IMPACT_CHANGED",
    `people would gain or lose something else than planned${counts}: plan again, and look`,
  );
}
