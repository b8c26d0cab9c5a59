/** What would refuse a change that a test asks for: constraints and the guard, as they judge every change. */
import { type refused, UnknownName } from "../../errors.ts";
import type { Test, TestedChange } from "../document/facts.ts";
import { GUARD } from "../document/read-tests.ts";
import { assign, needRole, revoke } from "../edit/assignments.ts";
import { apply, type Change } from "../model/change.ts";
import { nearest } from "../model/name-suggestions.ts";
import type { Policy } from "../model/policy.ts";
import { affectedConstraints } from "../rules/affected-constraints.ts";
import { violationError, violationsAdded } from "../rules/constraint-violations.ts";
import { isGuarded, refuseBeyondRights } from "../rules/guard.ts";
import { refuseLockout } from "../rules/last-escalator.ts";

/** A test of a change. */
export type ChangeTest = Test & { readonly change: TestedChange };

/** What refuses a change: a constraint by its name, or `guard`; and in words why. */
export interface ChangeRefusal {
  readonly by: string;
  readonly isGuard: boolean;
  readonly message: string;
}

/** Whether changes are refused as a test says; a constraint may be called `guard`, and is none. */
export function isAsExpected(
  { change: { refused: expected } }: ChangeTest,
  refusals: readonly ChangeRefusal[],
): boolean {
  if (typeof expected !== "string") return refusals.length > 0 === expected;
  return refusals.some(({ by, isGuard }) => by === expected && isGuard === (expected === GUARD));
}

/**
 * Everything that would refuse the change of a test, in byte order of the constraints, then the guard.
 * @param at RFC 3339 UTC: when the change would be made
 * @throws UnknownName, or RbacError `HELD_OTHERWISE` (exit 2), for a change that nobody could ask for.
 */
export function refusalsOf(policy: Policy, { user, scope, change }: ChangeTest, at: string): ChangeRefusal[] {
  const { actor, refused: expected } = change;
  checkNames(policy, change);
  const changes = changesOf(policy, String(user), scope, change);
  const after = apply(policy, changes);
  const { constraints } = affectedConstraints(policy, changes);
  const broken = constraints.flatMap((constraint) => {
    const violations = violationsAdded(policy, after, [constraint], at);
    if (violations.length === 0) return [];
    return { by: constraint.constraint, isGuard: false, message: violationError(violations, [constraint]).message };
  });
  const guarded = isGuarded(policy) && (actor !== null || expected === GUARD);
  return guarded ? [...broken, ...refusedByGuard(policy, after, changes, String(actor), at)] : broken;
}

/** A misspelt name must be an error: what it names would refuse nothing. */
function checkNames({ user, constraint }: Policy, { actor, refused: by }: TestedChange): void {
  if (actor !== null && !user.has(actor)) throw new UnknownName("user", actor, nearest(actor, user.keys()));
  if (typeof by === "string" && by !== GUARD && !constraint.has(by))
    throw new UnknownName("constraint", by, nearest(by, constraint.keys()));
}

function changesOf(policy: Policy, user: string, scope: string | null, { verb, roles }: TestedChange): Change[] {
  for (const role of roles) needRole(policy, role);
  if (verb === "revoke") return revoke(policy, { who: user, roles, scope, everywhere: false });
  return assign(policy, { who: user, roles, scope, from: null, until: null, replace: true, existing: true });
}

/** What the guard says: the actor may not do it, or nobody could repair the policy after it. */
function refusedByGuard(
  policy: Policy,
  after: Policy,
  changes: readonly Change[],
  actor: string,
  at: string,
): ChangeRefusal[] {
  const messages: string[] = [];
  const keep = (error: ReturnType<typeof refused>) => void messages.push(error.message);
  refuseBeyondRights(policy, after, changes, actor, at, keep);
  refuseLockout(policy, after, at, keep);
  return messages.slice(0, 1).map((message) => ({ by: GUARD, isGuard: true, message }));
}
