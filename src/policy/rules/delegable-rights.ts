/** What somebody may hand out: the allows that they hold with the scopes of each, and the denies that lie in their way (rule 24). */
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { askerOf, type Path, pathsThrough, reached } from "../evaluate/walk.ts";
import { partsOf, patternsCovering, withoutOwn } from "../model/names.ts";
import { covers, type Scope } from "../model/scopes.ts";

/** A pattern on a scope: what a grant allows or denies to whoever comes to hold it. */
export interface PatternOnScope {
  readonly permission: string;
  readonly scope: Scope;
}

export class DelegableRights {
  readonly #allows = new Map<string, Scope[]>();
  readonly #denies: readonly Path[];

  /** @param lookup at least what the actor holds and reaches, with all grants; who is unknown or disabled has no rights. */
  constructor(index: PolicyIndex, actor: string, now: string) {
    const user = index.policy.user.get(actor);
    const every = (role: string) => [...(index.grants.get(role)?.values() ?? [])].flat();
    const able = user !== undefined && !user.disabled;
    const paths = able ? [...pathsThrough(reached(index, askerOf(actor, now, {})), every)] : [];
    for (const { grant, scope } of paths.filter((path) => path.effect === "allow")) {
      const scopes = this.#allows.get(grant.permission);
      if (scopes) scopes.push(scope);
      else this.#allows.set(grant.permission, [scope]);
    }
    this.#denies = paths.filter((path) => path.effect === "deny");
  }

  /** True when something is no wider than one allow, in pattern, own and scope, and no deny overlaps it. */
  cover({ permission, scope }: PatternOnScope): boolean {
    const wider = patternsCovering(withoutOwn(permission), permission !== withoutOwn(permission));
    const allowed = wider.some((pattern) => this.#allows.get(pattern)?.some((above) => covers(above, scope)));
    return allowed && !this.#denies.some((deny) => overlap(deny, { permission, scope }));
  }
}

/** True when some permission on some scope is meant by both. An owner's own is part of what anybody's is. */
function overlap(deny: Path, other: PatternOnScope): boolean {
  const [a, b] = [partsOf(deny.grant.permission), partsOf(other.permission)];
  const meet = (x: string, y: string) => x === y || x === "*" || y === "*";
  const scopes = covers(deny.scope, other.scope) || covers(other.scope, deny.scope);
  return scopes && meet(a.resource, b.resource) && meet(a.action, b.action);
}
