/** The last escalator: somebody enabled can always repair a guarded policy (rule 24). */
import { refused } from "../../errors.ts";
import { rolesReachingGrants } from "../evaluate/effective-permissions.ts";
import { rowsForWhoCan } from "../evaluate/needed-rows.ts";
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { isOpen } from "../evaluate/walk.ts";
import type { NeededRows, Refuse } from "../model/mutation.ts";
import type { Policy } from "../model/policy.ts";
import { DelegableRights, ESCALATE } from "./delegable-rights.ts";
import { isGuarded } from "./guard.ts";
import { refuseAtOnce } from "./refusals.ts";

/** The rows for `escalatorRoles`. The holders of these roles are fetched in a second step, as for `who-can`. */
export const rowsForEscalators = (): NeededRows => ({ ...rowsForWhoCan(ESCALATE), roles: "all" });
export const escalatorRoles = (policy: Policy): string[] => [...rolesReachingGrants(indexPolicy(policy))];

/**
 * Refuses changes that, at some time from now on, leave no enabled user with `rbac:escalate` at the root, if without
 * them there would be one or no guard: by `LAST_ESCALATOR` (exit 3). None of its users could repair such a policy.
 * @param before, after at least all users who hold a role of `escalatorRoles`
 */
export function refuseLockout(before: Policy, after: Policy, now: string, refuse: Refuse = refuseAtOnce): void {
  if (!isGuarded(after)) return;
  const [indexBefore, indexAfter] = [indexPolicy(before), indexPolicy(after)];
  const lockedFrom = momentsOfChange([before, after], now).find(
    (moment) =>
      !someoneMayEscalate(indexAfter, moment) && (!isGuarded(before) || someoneMayEscalate(indexBefore, moment)),
  );
  if (lockedFrom === undefined) return;
  const when = lockedFrom === now ? "" : ` from ${lockedFrom} on`;
  const text = `the policy is guarded, and nobody enabled would hold ${ESCALATE} everywhere${when}`;
  refuse(refused("LAST_ESCALATOR", `${text}: somebody must, for ever`));
}

/** `now` and all later times at which a window opens or closes, in order. */
const momentsOfChange = (policies: readonly Policy[], now: string): string[] => {
  const bounds = policies.flatMap(({ assignment }) =>
    [...assignment.values()].flatMap(({ from, until }) => [from, until]),
  );
  return [now, ...new Set(bounds.filter((time) => time !== null && time > now) as string[])].sort();
};

/**
 * True when some user may escalate everywhere, by the same check as for a change: a user with a deny of
 * `rbac:escalate` on any scope could not undo a change there.
 */
function someoneMayEscalate(index: PolicyIndex, at: string): boolean {
  for (const { user } of index.policy.user.values()) {
    const assignedAtRoot = (index.assignments.get(user) ?? []).some((row) => row.scope === null && isOpen(row, at));
    if (!assignedAtRoot && index.policy.everyone.size === 0) continue;
    if (new DelegableRights(index, user, at).cover({ permission: ESCALATE, scope: null })) return true;
  }
  return false;
}
