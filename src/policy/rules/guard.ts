/** The guard: nobody hands out what they do not hold, and somebody can always undo what was done (rule 24). */
import { type RbacError, refused } from "../../errors.ts";
import { rolesReachingGrants } from "../evaluate/effective-permissions.ts";
import { rowsForWhoCan } from "../evaluate/needed-rows.ts";
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { askerOf, type Holding, holdingsOf, isOpen } from "../evaluate/walk.ts";
import { type Change, kindOf } from "../model/change.ts";
import type { NeededRows } from "../model/mutation.ts";
import { quote } from "../model/names.ts";
import type { Effect, Policy, Rows } from "../model/policy.ts";
import { closure } from "../model/role-graph.ts";
import { deeper, type Scope } from "../model/scopes.ts";
import { DelegableRights, type PatternOnScope } from "./delegable-rights.ts";

/** The permission to hand out, and to deny, whatever one does not hold. */
export const ESCALATE = "rbac:escalate";

export const isGuarded = (policy: Pick<Policy, "policy">): boolean => policy.policy.has("guarded");

/** What the guard must see: the actor with all that they reach, and the roles and people whom changes concern. */
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

/** Refuses the first change that the actor may not make. @param before as `guardSlice` asks for it. @throws RbacError (exit 3). */
export function refuseBeyondRights(
  before: Policy,
  after: Policy,
  changes: readonly Change[],
  actor: string,
  now: string,
): void {
  const was = indexPolicy(before);
  const is = indexPolicy(after);
  const sides: Sides = {
    was: grantsReached(was),
    is: grantsReached(is),
    holdings: (user) => holdingsIn(is, user),
    now,
  };
  const rights = new DelegableRights(was, actor, now);
  for (const change of changes) {
    const kind = kindOf(change);
    const scope = scopeOf(change);
    const holds = (permission: string) => rights.cover({ permission, scope });
    if (!holds(`rbac:${kind}`)) throw beyond(actor, `rbac:${kind}`, scope, before);
    if (holds(ESCALATE)) continue;
    if (needsEscalation(change)) throw beyond(actor, ESCALATE, scope, before);
    for (const part of affectedRights(change, sides)) {
      const may = rights.cover(part) || rights.cover({ permission: ESCALATE, scope: part.scope });
      if (!may) throw beyond(actor, part.permission, part.scope, before);
    }
  }
}

/** The scope that a change touches; what has none touches everything. */
const scopeOf = (change: Change): Scope => ("scope" in change ? change.scope : null);

/** Adding a deny, and taking the guard away. */
function needsEscalation(change: Change): boolean {
  if (kindOf(change) === "policy") return true;
  return "effect" in change && change.effect === "deny" && change.after !== null;
}

type GrantsReached = (role: string) => readonly Rows["grant"][];

interface Sides {
  readonly was: GrantsReached;
  readonly is: GrantsReached;
  holdings(user: string): readonly Holding[];
  readonly now: string;
}

/** All that somebody holds, open or not: what they are enabled to. */
const holdingsIn = (index: PolicyIndex, user: string): readonly Holding[] => holdingsOf(index, askerOf(user, "", {}));

/** Every allow that a change brings to life, and every deny that it takes away. */
function* affectedRights(change: Change, { was, is, holdings, now }: Sides): Iterable<PatternOnScope> {
  switch (kindOf(change)) {
    case "grant": {
      const grant = change as Change & Rows["grant"];
      if ((grant.effect === "allow") === (change.after !== null)) yield grant;
      return;
    }
    case "inheritance": {
      const { inherits } = change as Change & Rows["inheritance"];
      yield* change.after ? on(is(inherits), "allow", null) : on(was(inherits), "deny", null);
      return;
    }
    case "everyone": {
      const { role } = change as Change & Rows["everyone"];
      yield* change.after ? on(is(role), "allow", null) : on(was(role), "deny", null);
      return;
    }
    case "assignment": {
      const { role, scope, ...sides } = change as Change & Rows["assignment"] & Sided<Window>;
      const [before, after] = [ahead(sides.before, now), ahead(sides.after, now)];
      if (after && !within(after, before)) yield* on(is(role), "allow", scope);
      if (before && !within(before, after)) yield* on(was(role), "deny", scope);
      return;
    }
    case "user": {
      const { user, before, after } = change as Change & Rows["user"] & Sided<Able>;
      const enabled = after !== null && !after.disabled && (before === null || before.disabled);
      const held = enabled ? holdings(user).filter((holding) => ahead(holding, now)) : [];
      for (const { role, scope } of held) yield* on(is(role), "allow", scope);
      return;
    }
    default:
      return;
  }
}

type Able = Pick<Rows["user"], "disabled">;
type Window = Pick<Rows["assignment"], "from" | "until">;
interface Sided<T> {
  readonly before: T | null;
  readonly after: T | null;
}

/** What of a window is still to come: what has passed turns nothing. */
function ahead(window: Window | null, now: string): Window | null {
  if (window === null || (window.until !== null && window.until <= now)) return null;
  return { from: window.from !== null && window.from > now ? window.from : null, until: window.until };
}

/** True when a window lies within another. */
const within = (inner: Window, outer: Window | null): boolean =>
  outer !== null &&
  (outer.from === null || (inner.from !== null && inner.from >= outer.from)) &&
  (outer.until === null || (inner.until !== null && inner.until <= outer.until));

function* on(grants: readonly Rows["grant"][], effect: Effect, scope: Scope): Iterable<PatternOnScope> {
  for (const grant of grants) {
    const where = deeper(scope, grant.scope);
    if (grant.effect === effect && where !== undefined) yield { permission: grant.permission, scope: where };
  }
}

/** The grants that come with a role, its own and the inherited; worked out once for each role. */
function grantsReached(index: PolicyIndex): GrantsReached {
  const known = new Map<string, readonly Rows["grant"][]>();
  const parents = (role: string) => (index.inherits.get(role) ?? []).map((edge) => edge.inherits);
  const own = (role: string) => [...(index.grants.get(role)?.values() ?? [])].flat();
  return (role) => {
    const grants = known.get(role) ?? [...closure([role], parents)].flatMap(own);
    known.set(role, grants);
    return grants;
  };
}

function beyond(actor: string, permission: string, scope: Scope, { user }: Policy): RbacError {
  const where = scope === null ? "" : ` on ${scope}`;
  const known = user.get(actor);
  if (!known) return refused("GUARDED", `the policy is guarded, and ${quote(actor)} is none of its users`);
  if (known.disabled) return refused("GUARDED", `the policy is guarded, and ${quote(actor)} is disabled`);
  return refused(
    "GUARDED",
    `the policy is guarded, and ${quote(actor)} does not hold ${permission}${where}, or ${ESCALATE}`,
  );
}

/** Who may ever escalate: the roles that lead there, in two steps as for `who-can`. */
export const rowsForEscalators = (): NeededRows => ({ ...rowsForWhoCan(ESCALATE), roles: "all" });
export const escalatorRoles = (policy: Policy): string[] => [...rolesReachingGrants(indexPolicy(policy))];

/**
 * Refuses changes after which, at some moment to come, no enabled user would hold `rbac:escalate` at the root, and without which
 * somebody would: such a policy could be repaired by nobody whom it knows.
 * @param before, after at least everybody who holds a role of `escalatorRoles`. @throws RbacError `LAST_ESCALATOR` (exit 3).
 */
export function refuseLockout(before: Policy, after: Policy, now: string): void {
  if (!isGuarded(after)) return;
  const [was, is] = [indexPolicy(before), indexPolicy(after)];
  const at = turnsOf([before, after], now).find(
    (moment) => !someoneEscalates(is, moment) && (!isGuarded(before) || someoneEscalates(was, moment)),
  );
  if (at === undefined) return;
  const when = at === now ? "" : ` from ${at} on`;
  throw refused(
    "LAST_ESCALATOR",
    `the policy is guarded, and nobody enabled would hold ${ESCALATE} everywhere${when}: somebody must, for ever`,
  );
}

/** The moments at which what somebody holds turns, now and later. */
const turnsOf = (policies: readonly Policy[], now: string): string[] => {
  const times = policies.flatMap(({ assignment }) =>
    [...assignment.values()].flatMap(({ from, until }) => [from, until]),
  );
  return [now, ...new Set(times.filter((time) => time !== null && time > now) as string[])].sort();
};

/** By the same measure as a change is judged: who is denied it on any scope cannot undo what was done there. */
function someoneEscalates(index: PolicyIndex, at: string): boolean {
  for (const { user } of index.policy.user.values()) {
    const held = (index.assignments.get(user) ?? []).some((row) => row.scope === null && isOpen(row, at));
    if (!held && index.policy.everyone.size === 0) continue;
    if (new DelegableRights(index, user, at).cover({ permission: ESCALATE, scope: null })) return true;
  }
  return false;
}
