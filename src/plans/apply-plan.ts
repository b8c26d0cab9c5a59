/** Applies a plan: exactly its changes, and only where they do to people what was planned (rule 38). */
import type { Database } from "../database/database.ts";
import { EXIT } from "../errors.ts";
import type { Change } from "../policy/model/change.ts";
import type { Mutation } from "../policy/model/mutation.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { ChangeOutcome, Stamp } from "../policy/model/results.ts";
import { integrityFaults } from "../policy/rules/integrity.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { parseDigest } from "./digest.ts";
import type { Plan } from "./plan.ts";
import { outdated, requireFitting } from "./require-fitting.ts";
import { allStand, rowsOfChanges, staleness } from "./standing-rows.ts";

type ChangeOptions = NonNullable<Parameters<Database["change"]>[2]>;

export interface ApplyRequest {
  /** Who applies it, when, and why: by their rights the guard judges. The reason gets the digest of the plan. */
  readonly stamp: Stamp | (() => Stamp);
  /** The digest that was approved, as `sha256:…` or its 64 hexadecimal digits. */
  readonly expect?: string;
  /** Refuses the plan where anything at all was changed since. By default false. */
  readonly exact?: boolean;
  /** How old the plan may be, in milliseconds; by default 7 days. */
  readonly maxAge?: number;
  /** Only judges whether it could be applied. By default false. */
  readonly dryRun?: boolean;
  /** How it is made, as for `Database.change`. Users may look alike as in documents; `notices` tells of them. */
  readonly options?: Omit<ChangeOptions, "onDecided" | "expectRevision">;
}

/** What applying came to: `changed` is false where every row stands already as the plan leaves it. */
export interface Applied extends ChangeOutcome {
  readonly dryRun: boolean;
  /** The digest of the plan. */
  readonly plan: string;
}

/**
 * @throws RbacError (exit 2) for a plan of another database; (exit 3) where a row of it was changed since, where it is
 * too old or another than expected, where a gate is crossed, where people would gain or lose something else, and for
 * what would be refused of any change. Then nothing is changed.
 */
export async function applyPlan(database: Database, plan: Plan, how: ApplyRequest): Promise<Applied> {
  const { dryRun = false, expect, options = {} } = how;
  const expected = expect === undefined ? undefined : parseDigest(expect);
  const stamp = marked(how.stamp, plan);
  const notices: string[] = [];
  const onLookalike = (user: string, other: string) => void notices.push(`user "${user}" looks like "${other}"`);
  const replayed = replaying(plan);
  let now = "";
  const made = () => {
    const one = stamp();
    now = one.at;
    return one;
  };
  const onDecided = (changes: readonly Change[], before: TransactionReads) =>
    requireFitting(plan, { ...how, expected, now, stale: replayed.stale(), changes, before });
  const further = { onLookalike, ...options, onDecided };
  const outcome = dryRun
    ? await database.preview(made(), replayed.mutation, further)
    : await database.change(made, replayed.mutation, further);
  const told = [...(outcome.notices ?? []), ...notices];
  return { ...outcome, ...(told.length > 0 && { notices: told }), dryRun, plan: plan.digest };
}

/** The changes of a plan as a mutation: none where all rows stand as it leaves them. */
function replaying({ changes, reasons, digest }: Plan): { mutation: Mutation; stale: () => string | undefined } {
  const reasonOf = new Map(reasons.map(({ change, reason }) => [changes[change], withPlan(reason, digest)]));
  let stale: string | undefined;
  const mutation: Mutation = {
    needs: rowsOfChanges(changes),
    already: "every row stands as the plan leaves it",
    decide: (policy) => {
      if (allStand(policy, changes)) return [];
      stale = staleness(policy, changes);
      return changes;
    },
    refuseFaults: (after) => refuseUnknown(after, changes),
    reasonOf: (change) => reasonOf.get(change) ?? null,
  };
  return { mutation, stale: () => stale };
}

/** What a plan refers to was there when it was made: that it is gone is no fault of the question. */
function refuseUnknown(after: Policy, changes: readonly Change[]): void {
  const gone = integrityFaults(after, changes).find(({ error }) => error.exitCode === EXIT.wrong);
  if (gone) throw outdated(gone.error.message);
}

/** Makes the stamp of the entries, whose reason names the plan. */
const marked =
  (stamp: Stamp | (() => Stamp), { digest }: Plan) =>
  () => {
    const made = typeof stamp === "function" ? stamp() : stamp;
    return { ...made, reason: withPlan(made.reason, digest) };
  };

const withPlan = (reason: string | null, digest: string): string =>
  reason === null ? `plan ${digest}` : `${reason}; plan ${digest}`;
