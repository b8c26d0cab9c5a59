/** The guard: nobody hands out a right that they do not hold, and nobody takes one away from others (rule 24). */
import { type RbacError, refused } from "../../errors.ts";
import { indexPolicy } from "../evaluate/policy-index.ts";
import { byKind, type Change, type ChangeOf } from "../model/change.ts";
import type { NeededRows } from "../model/mutation.ts";
import { quote } from "../model/names.ts";
import type { Policy } from "../model/policy.ts";
import type { Kind } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import { DelegableRights, ESCALATE } from "./delegable-rights.ts";
import { judgedRights } from "./judged-rights.ts";
import { movedByRenames } from "./renames.ts";

export const isGuarded = (policy: Pick<Policy, "policy">): boolean => policy.policy.has("guarded");

/**
 * The rows that the guard needs: the actor with all roles that they reach, and the roles and users of the changes, with
 * what these hold and reach. The settings say whether strangers are admitted.
 */
export const rowsForGuard = (actor: string, changes: readonly Change[]): NeededRows => ({
  users: [...new Set([actor, ...changes.flatMap((change) => ("user" in change ? [change.user] : []))])],
  roles: [
    ...new Set(
      changes.flatMap((change) => [
        ...("role" in change ? [change.role] : []),
        ...("inherits" in change ? [change.inherits] : []),
      ]),
    ),
  ],
  constraints: true,
});

/**
 * Refuses the first change that the actor may not make.
 * @param before, after at least the rows of `rowsForGuard`
 * @throws RbacError `GUARDED` (exit 3).
 */
export function refuseBeyondRights(
  before: Policy,
  after: Policy,
  changes: readonly Change[],
  actor: string,
  now: string,
): void {
  const rights = new DelegableRights(indexPolicy(before), actor, now);
  const rightsOf = judgedRights(before, after, changes, now);
  const moved = movedByRenames(changes);
  for (const change of changes) {
    if (moved.has(change)) continue; // The row of kind `former` is judged in their place.
    const scope = affectedScope(change);
    const hasRight = (permission: string) => rights.cover({ permission, scope });
    const needed = byKind(NEEDED_RIGHT, change);
    if (!hasRight(needed)) throw beyondRights(actor, needed, scope, before);
    if (hasRight(ESCALATE)) continue;
    if (byKind(NEEDS_ESCALATION, change)) throw beyondRights(actor, ESCALATE, scope, before);
    for (const right of rightsOf(change)) {
      const allowed = rights.cover(right) || rights.cover({ permission: ESCALATE, scope: right.scope });
      if (!allowed) throw beyondRights(actor, right.permission, right.scope, before);
    }
  }
}

/**
 * Refuses to replace a guarded policy with its whole history, whatever changes by that.
 * @param policy at least the rows of `rowsForGuard` for the actor and no changes
 * @throws RbacError `GUARDED` (exit 3).
 */
export function refuseReplacing(policy: Policy, actor: string, now: string): void {
  const mayEscalate = new DelegableRights(indexPolicy(policy), actor, now).cover({ permission: ESCALATE, scope: null });
  if (isGuarded(policy) && !mayEscalate) throw beyondRights(actor, ESCALATE, null, policy);
}

/** The scope that a change affects; a change of a row without a scope affects the root, which is everything. */
const affectedScope = (change: Change): Scope => ("scope" in change ? change.scope : null);

const never = (): boolean => false;

/** True for a permission that the guard asks for: without its name nobody could be given it, or asked about it. */
const isOfGuard = (permission: string): boolean => permission.startsWith("rbac:");

/**
 * Whether a change needs `rbac:escalate` whatever its actor holds: adding a deny, a change of the guard, and taking
 * the name of what it asks for from the catalogue, or giving that name to another permission with all who hold it.
 */
const NEEDS_ESCALATION: { readonly [K in Kind]: (change: ChangeOf<K>) => boolean } = {
  permission: ({ permission, after }) => after === null && isOfGuard(permission),
  role: never,
  user: never,
  inheritance: never,
  grant: ({ effect, after }) => effect === "deny" && after !== null,
  everyone: never,
  assignment: never,
  constraint: never,
  policy: () => true,
  conditional: ({ effect, after }) => effect === "deny" && after !== null,
  attribute: never,
  former: ({ of, name, former }) => of === "permission" && (isOfGuard(name) || isOfGuard(former)),
  identity: never,
  approval: () => true,
};

/** The right that a change of each kind needs on the scope that it affects. */
const NEEDED_RIGHT: { readonly [K in Kind]: (change: ChangeOf<K>) => string } = {
  permission: () => "rbac:permission",
  role: () => "rbac:role",
  user: () => "rbac:user",
  inheritance: () => "rbac:inheritance",
  grant: () => "rbac:grant",
  everyone: () => "rbac:everyone",
  assignment: () => "rbac:assignment",
  constraint: () => "rbac:constraint",
  policy: () => "rbac:policy",
  conditional: () => "rbac:grant",
  attribute: () => "rbac:permission",
  former: ({ of }) => `rbac:${of}`,
  identity: () => "rbac:user",
  approval: () => ESCALATE,
};

function beyondRights(actor: string, permission: string, scope: Scope, { user }: Policy): RbacError {
  const onScope = scope === null ? "" : ` on ${scope}`;
  const actorRow = user.get(actor);
  if (!actorRow) return refused("GUARDED", `the policy is guarded, and ${quote(actor)} is none of its users`);
  if (actorRow.disabled) return refused("GUARDED", `the policy is guarded, and ${quote(actor)} is disabled`);
  const needed = permission === ESCALATE ? `${ESCALATE}${onScope}` : `${permission}${onScope}, or ${ESCALATE}`;
  return refused("GUARDED", `the policy is guarded, and ${quote(actor)} does not hold ${needed}`);
}
