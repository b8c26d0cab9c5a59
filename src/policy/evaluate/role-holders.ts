/** Lists of held roles by user, and of holders by role. They agree with the answers of `has`. */
import { UnknownName } from "../../errors.ts";
import { closure, heirsIn } from "../model/role-graph.ts";
import { covers, type Scope } from "../model/scopes.ts";
import { checkAsker, deniedOutright } from "./decide.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, askerOf, type Holding, holdingsOf, isOpen, reached } from "./walk.ts";

/**
 * The roles that somebody holds, for which `has` answers yes.
 * @param on only holdings that cover this scope; without it, holdings on any scope
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
 * The users who hold a role at a time, for whom `has` answers yes, each with the holdings through which they do.
 * @param index must contain all inheritance and all users with their assignments
 * @param on only holdings that cover this scope; without it, holdings on any scope
 * @throws UnknownName (exit 2).
 */
export function holdersOf(index: PolicyIndex, role: string, at: string, on?: Scope): Map<string, Holding[]> {
  if (!index.policy.role.has(role)) throw new UnknownName("role", role);
  const roleAndHeirs = closure([role], heirsIn(index.policy));
  const holdings = (user: string): Holding[] => {
    const asker = askerOf(user, at, {});
    if (deniedOutright(index, asker)) return [];
    return holdingsOf(index, asker).filter(
      (holding) =>
        roleAndHeirs.has(holding.role) && isOpen(holding, at) && (on === undefined || covers(holding.scope, on)),
    );
  };
  const all = [...index.policy.user.keys()].map((user) => [user, holdings(user)] as const);
  return new Map(all.filter(([, held]) => held.length > 0));
}

/** Through which assigned role, or role of everyone, and where, somebody holds a role. */
export type HeldThrough = Pick<Holding, "role" | "scope" | "from" | "until">;

/** Those of some users who hold a role, each with the holdings through which they do. */
export const withHoldings = <T extends { readonly user: string }>(
  users: readonly T[],
  held: ReadonlyMap<string, readonly HeldThrough[]>,
): (T & { readonly holdings: readonly HeldThrough[] })[] =>
  users.flatMap((row) => {
    const holdings = held.get(row.user)?.map(({ role, scope, from, until }) => ({ role, scope, from, until }));
    return holdings ? [{ ...row, holdings }] : [];
  });
