/** The guard: nobody hands out a right that they do not hold, and somebody can always repair the policy (rule 24). */
import { type RbacError, refused } from "../../errors.ts";
import { rolesReachingGrants } from "../evaluate/effective-permissions.ts";
import { rowsForWhoCan } from "../evaluate/needed-rows.ts";
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { askerOf, type Holding, holdingsOf, isOpen } from "../evaluate/walk.ts";
import { byKind, type Change, type ChangeOf } from "../model/change.ts";
import type { NeededRows } from "../model/mutation.ts";
import { quote } from "../model/names.ts";
import type { Policy } from "../model/policy.ts";
import { closure } from "../model/role-graph.ts";
import type { Effect, Kind, Rows } from "../model/rows.ts";
import { deeper, type Scope } from "../model/scopes.ts";
import { DelegableRights, type PatternOnScope } from "./delegable-rights.ts";
import { movedByRenames } from "./renames.ts";

/** The permission to hand out rights that one does not hold, and to deny. */
const ESCALATE = "rbac:escalate";

export const isGuarded = (policy: Pick<Policy, "policy">): boolean => policy.policy.has("guarded");

/** The rows that the guard needs: the actor with all roles that they reach, and the roles and users of the changes. */
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
  const indexBefore = indexPolicy(before);
  const indexAfter = indexPolicy(after);
  const sides: Sides = {
    grantsBefore: grantsReached(indexBefore),
    grantsAfter: grantsReached(indexAfter),
    holdings: (user) => holdingsIn(indexAfter, user),
    now,
  };
  const rights = new DelegableRights(indexBefore, actor, now);
  const rightsByKind = handedOut(sides);
  const moved = movedByRenames(changes);
  for (const change of changes) {
    if (moved.has(change)) continue; // The row of kind `former` is judged in their place.
    const scope = affectedScope(change);
    const hasRight = (permission: string) => rights.cover({ permission, scope });
    const needed = byKind(NEEDED_RIGHT, change);
    if (!hasRight(needed)) throw beyondRights(actor, needed, scope, before);
    if (hasRight(ESCALATE)) continue;
    if (byKind(NEEDS_ESCALATION, change)) throw beyondRights(actor, ESCALATE, scope, before);
    for (const right of byKind(rightsByKind, change)) {
      const allowed = rights.cover(right) || rights.cover({ permission: ESCALATE, scope: right.scope });
      if (!allowed) throw beyondRights(actor, right.permission, right.scope, before);
    }
  }
}

/** The scope that a change affects; a change of a row without a scope affects the root, which is everything. */
const affectedScope = (change: Change): Scope => ("scope" in change ? change.scope : null);

const never = (): boolean => false;

/** Whether a change needs `rbac:escalate` whatever its actor holds: adding a deny, and a change of the guard. */
const NEEDS_ESCALATION: { readonly [K in Kind]: (change: ChangeOf<K>) => boolean } = {
  permission: never,
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
  former: never,
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

type GrantsReached = (role: string) => readonly Rows["grant"][];

interface Sides {
  readonly grantsBefore: GrantsReached;
  readonly grantsAfter: GrantsReached;
  holdings(user: string): readonly Holding[];
  readonly now: string;
}

/** All holdings of a user, open or not: what enabling the user would give. */
const holdingsIn = (index: PolicyIndex, user: string): readonly Holding[] => holdingsOf(index, askerOf(user, "", {}));

const none = (): Iterable<PatternOnScope> => [];

/** The rights that a change hands out: every allow that it brings into effect, and every deny that it removes. */
const handedOut = ({ grantsBefore, grantsAfter, holdings, now }: Sides): RightsByKind => ({
  permission: none,
  role: none,
  user: ({ user, before, after }) => {
    const enabled = after !== null && !after.disabled && (before === null || before.disabled);
    const remainingHoldings = enabled ? holdings(user).filter((holding) => remaining(holding, now)) : [];
    return remainingHoldings.flatMap(({ role, scope }) => [...rightsOn(grantsAfter(role), "allow", scope)]);
  },
  inheritance: ({ inherits, after }) =>
    after ? rightsOn(grantsAfter(inherits), "allow", null) : rightsOn(grantsBefore(inherits), "deny", null),
  grant: (grant) => ((grant.effect === "allow") === (grant.after !== null) ? [grant] : []),
  everyone: ({ role, after }) =>
    after ? rightsOn(grantsAfter(role), "allow", null) : rightsOn(grantsBefore(role), "deny", null),
  assignment: ({ role, scope, ...states }) => {
    const [before, after] = [remaining(states.before, now), remaining(states.after, now)];
    return [
      ...(after && !isWithin(after, before) ? rightsOn(grantsAfter(role), "allow", scope) : []),
      ...(before && !isWithin(before, after) ? rightsOn(grantsBefore(role), "deny", scope) : []),
    ];
  },
  constraint: none,
  policy: none,
  // As wide as the grant without its condition, and without what it leaves out.
  conditional: (grant) => ((grant.effect === "allow") === (grant.after !== null) ? [grant] : []),
  attribute: none,
  former: none,
  identity: none,
  approval: none,
});

type RightsByKind = { readonly [K in Kind]: (change: ChangeOf<K>) => Iterable<PatternOnScope> };
type Window = Pick<Rows["assignment"], "from" | "until">;
/** The rest of a window from now on, `null` if it has passed: the past part affects nothing. */
function remaining(window: Window | null, now: string): Window | null {
  if (window === null || (window.until !== null && window.until <= now)) return null;
  return { from: window.from !== null && window.from > now ? window.from : null, until: window.until };
}

/** True when a window lies within another one. */
const isWithin = (inner: Window, outer: Window | null): boolean =>
  outer !== null &&
  (outer.from === null || (inner.from !== null && inner.from >= outer.from)) &&
  (outer.until === null || (inner.until !== null && inner.until <= outer.until));

function* rightsOn(grants: readonly Rows["grant"][], effect: Effect, scope: Scope): Iterable<PatternOnScope> {
  for (const grant of grants) {
    const deeperScope = deeper(scope, grant.scope);
    if (grant.effect === effect && deeperScope !== undefined)
      yield { permission: grant.permission, scope: deeperScope };
  }
}

/** Returns a function that lists the grants of a role, its own and the inherited ones; cached by role. */
function grantsReached(index: PolicyIndex): GrantsReached {
  const cache = new Map<string, readonly Rows["grant"][]>();
  const parents = (role: string) => (index.inherits.get(role) ?? []).map((edge) => edge.inherits);
  const own = (role: string) => [...(index.grants.get(role)?.values() ?? [])].flat();
  return (role) => {
    const grants = cache.get(role) ?? [...closure([role], parents)].flatMap(own);
    cache.set(role, grants);
    return grants;
  };
}

function beyondRights(actor: string, permission: string, scope: Scope, { user }: Policy): RbacError {
  const onScope = scope === null ? "" : ` on ${scope}`;
  const actorRow = user.get(actor);
  if (!actorRow) return refused("GUARDED", `the policy is guarded, and ${quote(actor)} is none of its users`);
  if (actorRow.disabled) return refused("GUARDED", `the policy is guarded, and ${quote(actor)} is disabled`);
  return refused(
    "GUARDED",
    `the policy is guarded, and ${quote(actor)} does not hold ${permission}${onScope}, or ${ESCALATE}`,
  );
}

/** The rows for `escalatorRoles`. The holders of these roles are fetched in a second step, as for `who-can`. */
export const rowsForEscalators = (): NeededRows => ({ ...rowsForWhoCan(ESCALATE), roles: "all" });
export const escalatorRoles = (policy: Policy): string[] => [...rolesReachingGrants(indexPolicy(policy))];

/**
 * Refuses changes that, at some time from now on, leave no enabled user with `rbac:escalate` at the root, if without
 * them there would be one or no guard. None of its users could repair such a policy.
 * @param before, after at least all users who hold a role of `escalatorRoles`
 * @throws RbacError `LAST_ESCALATOR` (exit 3).
 */
export function refuseLockout(before: Policy, after: Policy, now: string): void {
  if (!isGuarded(after)) return;
  const [indexBefore, indexAfter] = [indexPolicy(before), indexPolicy(after)];
  const lockedFrom = momentsOfChange([before, after], now).find(
    (moment) =>
      !someoneMayEscalate(indexAfter, moment) && (!isGuarded(before) || someoneMayEscalate(indexBefore, moment)),
  );
  if (lockedFrom === undefined) return;
  const when = lockedFrom === now ? "" : ` from ${lockedFrom} on`;
  throw refused(
    "LAST_ESCALATOR",
    `the policy is guarded, and nobody enabled would hold ${ESCALATE} everywhere${when}: somebody must, for ever`,
  );
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
