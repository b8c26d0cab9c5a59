/** Lists of who holds which roles: read off what `has` answers, for one user or for one role. */
import { UnknownName } from "../../errors.ts";
import { closure, heirsIn } from "../model/role-graph.ts";
import { covers, type Scope } from "../model/scopes.ts";
import { checkAsker, deniedOutright } from "./decide.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, askerOf, holdingsOf, isOpen, reached } from "./walk.ts";

/**
 * The roles that somebody holds somewhere, or on one scope: those that `has` says yes for.
 * @throws UnknownName (exit 2).
 */
export function rolesHeld(index: PolicyIndex, asker: Asker, on?: Scope): Set<string> {
  checkAsker(index, asker);
  const held = new Set<string>();
  if (deniedOutright(index, asker)) return held;
  for (const { role, allows, holding } of reached(index, asker)) {
    if (allows && (on === undefined || covers(holding.scope, on))) held.add(role);
  }
  return held;
}

/**
 * The users who hold a role at a moment, somewhere or on one scope: those that `has` says yes for.
 * @param lookup with the whole hierarchy, and everybody. @throws UnknownName (exit 2).
 */
export function holdersOf(index: PolicyIndex, role: string, at: string, on?: Scope): Set<string> {
  if (!index.policy.role.has(role)) throw new UnknownName("role", role);
  const giving = closure([role], heirsIn(index.policy));
  const holds = (user: string): boolean => {
    const asker = askerOf(user, at, {});
    if (deniedOutright(index, asker)) return false;
    return holdingsOf(index, asker).some(
      (held) => giving.has(held.role) && isOpen(held, at) && (on === undefined || covers(held.scope, on)),
    );
  };
  return new Set([...index.policy.user.keys()].filter(holds));
}
