/** The rights that an actor may give and take: those within an allow that no deny of theirs overlaps (rule 24). */
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { askerOf, type Path, pathsThrough, reached } from "../evaluate/walk.ts";
import { isOwn, patternsCovering, withoutOwn } from "../model/names.ts";
import { patternsMeet } from "../model/patterns.ts";
import { covers, type Scope } from "../model/scopes.ts";

/** The permission to hand out, and to take, rights that one does not hold, and to deny. */
export const ESCALATE = "rbac:escalate";

/** A pattern on a scope: what a grant allows or denies to the holder of its role. */
export interface PatternOnScope {
  readonly permission: string;
  readonly scope: Scope;
}

export class DelegableRights {
  readonly #allows = new Map<string, Scope[]>();
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
    for (const { grant, scope } of paths.filter((path) => path.effect === "allow")) {
      const scopes = this.#allows.get(grant.permission);
      if (scopes) scopes.push(scope);
      else this.#allows.set(grant.permission, [scope]);
    }
    this.#denies = paths.filter((path) => path.effect === "deny");
  }

  /** True when one allow is at least as wide as the right, in pattern, `:own` and scope, and no deny overlaps it. */
  cover({ permission, scope }: PatternOnScope): boolean {
    const widerPatterns = patternsCovering(withoutOwn(permission), isOwn(permission));
    const allowed = widerPatterns.some((pattern) =>
      this.#allows.get(pattern)?.some((allowedScope) => covers(allowedScope, scope)),
    );
    return allowed && !this.#denies.some((deny) => overlaps(deny, { permission, scope }));
  }
}

/** True when both cover some permission on some scope. `:own` is ignored: it is a part of the plain permission. */
function overlaps(deny: Path, other: PatternOnScope): boolean {
  const scopesMeet = covers(deny.scope, other.scope) || covers(other.scope, deny.scope);
  return scopesMeet && patternsMeet(withoutOwn(deny.grant.permission), withoutOwn(other.permission));
}
