/** The roles that lead to permissions: what lists of users must know of a policy before they look at anybody. */
import { patternsCovering, withoutOwn } from "../model/names.ts";
import { type AnyGrant, conditionOf, type Policy } from "../model/policy.ts";
import { closure, heirsIn } from "../model/role-graph.ts";
import type { Effect } from "../model/rows.ts";
import { covers, type Scope } from "../model/scopes.ts";
import { coverageOf, type PolicyIndex } from "./policy-index.ts";

/** The roles through which somebody may come to a permission, and those through which it is denied to them. */
export interface LeadingRoles {
  readonly allowing: ReadonlySet<string>;
  readonly denying: ReadonlySet<string>;
}

/**
 * The index with those grants alone that matter for one permission; the rest of a whole policy would be walked through
 * for each user.
 * @param on only the allows that cover this scope: no other allows on it. Every deny stays, for it may be in `except`.
 */
export function focusedOn(index: PolicyIndex, permission: string, on?: Scope): PolicyIndex {
  const patterns = patternsCovering(withoutOwn(permission), true);
  const matters = ({ effect, scope }: AnyGrant) => effect === "deny" || on === undefined || covers(scope, on);
  const grants = new Map<string, ReadonlyMap<string, readonly AnyGrant[]>>();
  for (const [role, byPattern] of index.grants) {
    const kept = patterns.flatMap((pattern): [string, readonly AnyGrant[]][] => {
      const found = byPattern.get(pattern)?.filter(matters) ?? [];
      return found.length > 0 ? [[pattern, found]] : [];
    });
    if (kept.length > 0) grants.set(role, new Map(kept));
  }
  return { ...index, grants };
}

/** The index as if its catalogue had only some permissions, with the grants alone that cover any of them. */
export function narrowedTo(index: PolicyIndex, permission: Policy["permission"]): PolicyIndex {
  if (permission.size === index.policy.permission.size) return index;
  const policy = { ...index.policy, permission };
  const covered = coverageOf(policy);
  const coversAny = ([pattern]: readonly [string, unknown]) => covered(pattern).length > 0;
  const grants = [...index.grants].map(
    ([role, byPattern]) => [role, new Map([...byPattern].filter(coversAny))] as const,
  );
  return { ...index, policy, covered, grants: new Map(grants.filter(([, byPattern]) => byPattern.size > 0)) };
}

/** The roles that have a grant of the index, themselves or by inheritance, by the effect of the grant. */
export function leadingRoles({ policy, grants }: PolicyIndex): LeadingRoles {
  const heirs = heirsIn(policy);
  const leadingTo = (effect: Effect) => closure(rolesWith(grants, effect), heirs);
  return { allowing: leadingTo("allow"), denying: leadingTo("deny") };
}

const rolesWith = (grants: PolicyIndex["grants"], effect: Effect): string[] =>
  [...grants].flatMap(([role, byPattern]) =>
    [...byPattern.values()].some((list) => list.some((grant) => grant.effect === effect)) ? [role] : [],
  );

/** True where a grant of the index has a condition. */
export function mayBeConditional({ policy, grants }: PolicyIndex): boolean {
  if (policy.conditional.size === 0) return false;
  const lists = [...grants.values()].flatMap((byPattern) => [...byPattern.values()]);
  return lists.some((list) => list.some((grant) => conditionOf(grant) !== null));
}
