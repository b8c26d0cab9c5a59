/** The roles that lead to one permission: what `who-can` must know of a policy before it looks at anybody. */
import { patternsCovering, withoutOwn } from "../model/names.ts";
import type { Grant } from "../model/policy.ts";
import { closure, heirsIn } from "../model/role-graph.ts";
import type { Effect } from "../model/rows.ts";
import { covers, type Scope } from "../model/scopes.ts";
import type { PolicyIndex } from "./policy-index.ts";

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
  const matters = ({ effect, scope }: Grant) => effect === "deny" || on === undefined || covers(scope, on);
  const grants = new Map<string, ReadonlyMap<string, readonly Grant[]>>();
  for (const [role, byPattern] of index.grants) {
    const kept = patterns.flatMap((pattern): [string, readonly Grant[]][] => {
      const found = byPattern.get(pattern)?.filter(matters) ?? [];
      return found.length > 0 ? [[pattern, found]] : [];
    });
    if (kept.length > 0) grants.set(role, new Map(kept));
  }
  return { ...index, grants };
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
