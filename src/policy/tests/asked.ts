/**
 * A question as far as its answer depends on rows. A path counts where its holding and its grant both cover the target
 * (then one of them covers the other); so a question is: which roles are reached from the holdings that count, and
 * which grants count there. It is yes where an allow counts and no deny does (rules 1 to 6, 34, 35).
 */
import { residualOf, storedCondition } from "../conditions/condition.ts";
import type { Facts } from "../conditions/given.ts";
import { asksAsOwner, deniedOutright, grantsFor, type Question } from "../evaluate/decide.ts";
import { factsFor } from "../evaluate/judged-paths.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { type Asker, holdingsOf, isOpen, reachedFrom } from "../evaluate/walk.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { patternContains } from "../model/patterns.ts";
import { type AnyGrant, conditionOf, leavesOut } from "../model/policy.ts";
import { covers, type Scope } from "../model/scopes.ts";

interface AskedOf {
  readonly asker: Asker;
  readonly scope: Scope;
}

/** A question about a permission, without its `:own`. */
export interface AskedPermission extends AskedOf {
  readonly permission: string;
  readonly own: boolean;
  readonly facts: Facts;
}

/** Does somebody hold a role? */
interface AskedRole extends AskedOf {
  readonly role: string;
}

export type TestQuestion = AskedPermission | AskedRole;

export function askedPermission(index: PolicyIndex, question: Question): AskedPermission {
  const permission = withoutOwn(question.permission);
  const facts = factsFor(index, question, permission);
  return { asker: question, scope: question.scope, permission, own: asksAsOwner(question), facts };
}

/** The roles through which somebody may be allowed, and those through which they may be denied. */
export interface RolesReached {
  readonly allowing: ReadonlySet<string>;
  readonly denying: ReadonlySet<string>;
}

/** Where somebody stands on the target of a question; `undefined` where all is denied to them. */
export function rolesReached(index: PolicyIndex, { asker, scope }: AskedOf): RolesReached | undefined {
  if (deniedOutright(index, asker)) return undefined;
  const counting = holdingsOf(index, asker).filter(
    (holding) => isOpen(holding, asker.at) && covers(holding.scope, scope),
  );
  const [allowing, denying] = [new Set<string>(), new Set<string>()];
  for (const reach of reachedFrom(index, counting, asker)) {
    if (reach.allows) allowing.add(reach.role);
    if (reach.denies) denying.add(reach.role);
  }
  return { allowing, denying };
}

/** The grants that count for a question, by effect. */
export interface Counting {
  readonly allows: ReadonlySet<AnyGrant>;
  readonly denies: ReadonlySet<AnyGrant>;
}

export function countingOf(index: PolicyIndex, asked: AskedPermission, { allowing, denying }: RolesReached): Counting {
  const [allows, denies] = [new Set<AnyGrant>(), new Set<AnyGrant>()];
  const grantsOf = grantsFor(index, asked.permission, asked.own);
  for (const role of denying) {
    for (const grant of grantsOf(role)) {
      if (!isTrueThere(grant, asked)) continue;
      if (grant.effect === "deny") denies.add(grant);
      else if (allowing.has(role)) allows.add(grant);
    }
  }
  return { allows, denies };
}

/** True for a grant that counts in a question of those who reach its role. */
export const counts = (grant: AnyGrant, asked: AskedPermission): boolean =>
  (asked.own || !isOwn(grant.permission)) &&
  patternContains(withoutOwn(grant.permission), asked.permission) &&
  !leavesOut(grant, asked.permission) &&
  isTrueThere(grant, asked);

/** On the target, an allow counts only where its condition is true, a deny unless it is false. */
function isTrueThere(grant: AnyGrant, { scope, facts }: AskedPermission): boolean {
  if (!covers(grant.scope, scope)) return false;
  const condition = conditionOf(grant);
  const left = condition === null || residualOf(storedCondition(condition), facts);
  return grant.effect === "allow" ? left === true : left !== false;
}

/** The answer. */
export function isAllowed(index: PolicyIndex, asked: TestQuestion): boolean {
  const standing = rolesReached(index, asked);
  if (!standing) return false;
  if ("role" in asked) return standing.allowing.has(asked.role);
  const { allows, denies } = countingOf(index, asked, standing);
  return allows.size > 0 && denies.size === 0;
}
