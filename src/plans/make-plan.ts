/** Makes a plan of a mutation: what it would change, and whom; nothing is changed. */
import type { Database } from "../database/database.ts";
import { impactIn } from "../database/impact.ts";
import { EXIT, RbacError } from "../errors.ts";
import type { Change } from "../policy/model/change.ts";
import type { Mutation } from "../policy/model/mutation.ts";
import type { ChangeOutcome, Stamp } from "../policy/model/results.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { digestOfImpact, digestOfPlan } from "./digest.ts";
import { requireGateNames, rowsAtStake } from "./gate-names.ts";
import { judgeGates } from "./gates.ts";
import { type GateRequest, PLAN_FORMAT, type Plan } from "./plan.ts";

export interface PlanRequest {
  readonly mutation: Mutation;
  /** Who would change it, and when. */
  readonly stamp: Pick<Stamp, "actor" | "at">;
  /** How it would be made, as for `Database.change`. */
  readonly options?: Parameters<Database["preview"]>[2];
  readonly gates?: GateRequest;
  readonly command?: readonly string[] | null;
  /** Name each permission, where a changed pattern covers many. */
  readonly expand?: boolean;
}

/** What is found where the changes are decided. */
type Found = Pick<Plan, "database" | "revision" | "head" | "changes" | "impact" | "gates">;

/**
 * @throws RbacError (exit 2) for what cannot be decided, such as an unknown name, and for a gate that names nothing;
 * (exit 3) for what is refused before it is known what would change. What would be refused then is in the plan.
 */
export async function makePlan(database: Database, request: PlanRequest): Promise<Plan> {
  const { stamp, options = {}, command = null, expand = false } = request;
  const mutation = request.mutation.further?.whole() ?? request.mutation;
  let found: Found | undefined;
  const onDecided = async (changes: readonly Change[], before: TransactionReads) => {
    found = await findingsOn(changes, before, request);
  };
  const { refusal, notices } = await judged(
    () => database.preview(stamp, mutation, { ...options, onDecided }),
    () => found,
  );
  if (!found) throw new Error("what was not refused was decided");
  const { at, actor } = stamp;
  const reasons = reasonsIn(found.changes, mutation);
  const impactDigest = digestOfImpact(found.impact, found.database);
  const plan: Omit<Plan, "digest"> = {
    rbacPlan: PLAN_FORMAT,
    ...{ at, actor, command, ...found, changed: found.changes.length > 0 },
    ...{ reasons, expand, refusal, notices, impactDigest },
  };
  return { ...plan, digest: digestOfPlan(plan) };
}

async function findingsOn(
  changes: readonly Change[],
  before: TransactionReads,
  { stamp: { at }, gates: asked = {}, expand = false }: PlanRequest,
): Promise<Found> {
  await requireGateNames(asked, changes, before);
  const impact = await impactIn(before, changes, at, { expand, holdersOf: asked.protectRole ?? [] });
  const gates = judgeGates(asked, { changes, impact, rowsBefore: await rowsAtStake(asked, changes, before) });
  const total = await before.countUsers({});
  const [database, head] = [await before.databaseId(), await headOf(before)];
  return { database, revision: before.revision, head, changes, impact: { ...impact, total }, gates };
}

/** The last entry, as `SEQ:HASH`; `null` where there is none. */
export async function headOf(reads: TransactionReads): Promise<string | null> {
  const [last] = await reads.entries({ last: 1 });
  return last ? `${last.seq}:${last.hash}` : null;
}

function reasonsIn(changes: readonly Change[], mutation: Mutation): Plan["reasons"] {
  return changes.flatMap((one, change) => {
    const reason = mutation.reasonOf?.(one) ?? null;
    return reason === null ? [] : [{ change, reason }];
  });
}

/** What comes of it, where refusals that a person may want to see with the plan are a value. */
async function judged(preview: () => Promise<Pick<ChangeOutcome, "notices">>, isDecided: () => unknown) {
  try {
    const { notices = [] } = await preview();
    return { refusal: null, notices };
  } catch (error) {
    if (!(error instanceof RbacError) || error.exitCode !== EXIT.refused || !isDecided()) throw error;
    const { code, message, violations, refusals } = error;
    return { refusal: { code, message, violations, refusals }, notices: [] };
  }
}
