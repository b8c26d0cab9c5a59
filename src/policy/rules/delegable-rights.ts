/** The rights that an actor may give and take: those within an allow that no deny of theirs overlaps (rule 24). */

import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { askerOf, type Path, pathsThrough, reached } from "../evaluate/walk.ts";
import { grouped } from "../model/group-by.ts";
import { isOwn, patternsCovering, withoutOwn } from "../model/names.ts";
import { coversNoName, isNoWider, type PatternLess, patternMeets } from "../model/patterns.ts";
import { conditionOf } from "../model/policy.ts";
import { covers, type Scope } from "../model/scopes.ts";

/** The permission to hand out, and to take, rights that one does not hold, and to deny. */
export const ESCALATE = "rbac:escalate";

/** What a grant gives to the holder of its role: a pattern on a scope, less what it leaves out, on a condition. */
export interface Right {
  /** A pattern, maybe with `:own`. */
  readonly permission: string;
  readonly scope: Scope;
  /** What of the pattern is left out, in both forms; nothing where left out. */
  readonly but?: readonly string[];
  /** The condition as canonical text; `null`, or left out, for what is given always. */
  readonly when?: string | null;
}

export class DelegableRights {
  readonly #allows: ReadonlyMap<string, readonly Path[]>;
  readonly #denies: readonly Path[];

  /**
   * An unknown or disabled actor has no rights.
   * @param index at least the holdings of the actor and the roles that they reach, with all grants
   */
  constructor(index: PolicyIndex, actor: string, now: string) {
    const user = index.policy.user.get(actor);
    const allGrants = (role: string) => [...(index.grants.get(role)?.values() ?? [])].flat();
    const enabled = user !== undefined && !user.disabled;
    const paths = enabled ? [...pathsThrough(reached(index, askerOf(actor, now, {})), allGrants)] : [];
    const allows = paths.filter((path) => path.effect === "allow");
    this.#allows = grouped(allows, (path) => path.grant.permission);
    this.#denies = paths.filter((path) => path.effect === "deny");
  }

  /**
   * True when one allow is at least as wide as the right, in pattern, `:own`, scope and condition, and no deny overlaps
   * it. A deny with a condition counts as any deny: nobody knows whether it will hold.
   */
  cover(right: Right): boolean {
    if (coversNoName(namesOf(right))) return true;
    const widerPatterns = patternsCovering(withoutOwn(right.permission), isOwn(right.permission));
    const allowed = widerPatterns.some((pattern) => this.#allows.get(pattern)?.some((allow) => isAsWide(allow, right)));
    return allowed && !this.#denies.some((deny) => overlaps(deny, right));
  }
}

const namesOf = ({ permission, but = [] }: Pick<Right, "permission" | "but">): PatternLess => ({
  pattern: withoutOwn(permission),
  but,
});

/** @param allow of a pattern that contains that of the right */
const isAsWide = ({ grant, scope }: Path, right: Right): boolean =>
  covers(scope, right.scope) &&
  (conditionOf(grant) === null || conditionOf(grant) === right.when) &&
  isNoWider(namesOf(right), namesOf(grant));

/** True when both cover some permission on some scope. `:own` is ignored: it is a part of the plain permission. */
function overlaps(deny: Path, right: Right): boolean {
  const scopesMeet = covers(deny.scope, right.scope) || covers(right.scope, deny.scope);
  return scopesMeet && patternMeets(withoutOwn(deny.grant.permission), namesOf(right));
}
