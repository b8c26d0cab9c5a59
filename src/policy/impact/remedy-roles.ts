/** The roles that advice on a "no" may give: those that would allow it, and give the least beside it. */
import { asksAsOwner, decide, grantsFor, type Question } from "../evaluate/decide.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { type Asker, holdingsOf, isOpen, reached } from "../evaluate/walk.ts";
import { byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { type AnyGrant, leavesOut } from "../model/policy.ts";
import { covers } from "../model/scopes.ts";

/** The most roles to try. Only roles with a fitting grant that inherit no other such role may exceed it. */
const ROLES_TO_TRY = 50;

/**
 * The best roles to give: those that allow before those that may refuse by a condition, which are left out where
 * something waits for one already; then those that add the fewest permissions.
 */
export function rolesToGive(index: PolicyIndex, question: Question, most: number): string[] {
  const isWaiting = decide(index, question).reason === "condition";
  const allowedNow = allowedAnywhere(index, question);
  const adds = (role: string) => {
    const byRole = allowedAnywhere(index, { ...question, user: null, assume: [role], alone: true });
    return [...byRole].filter((permission) => !allowedNow.has(permission)).length;
  };
  return rolesForRemedies(index, question)
    .flatMap((role) => {
      const { allowed, reason } = decide(index, { ...question, assume: [...question.assume, role] });
      const mayAllow = allowed || (reason === "condition" && !isWaiting);
      return mayAllow ? [{ role, doubt: Number(!allowed), count: adds(role) }] : [];
    })
    .sort((a, b) => a.doubt - b.doubt || a.count - b.count || byBytes(a.role, b.role))
    .slice(0, most)
    .map(({ role }) => role);
}

/**
 * The roles to try as remedies: those with a fitting grant, then those that inherit them, nearest first.
 * An heir grants all that its parent grants and more, so heirs only fill up the list.
 */
export function rolesForRemedies(index: PolicyIndex, question: Question): string[] {
  const grants = grantsFor(index, withoutOwn(question.permission), asksAsOwner(question));
  const edges = grouped(index.policy.inheritance.values(), (edge) => edge.inherits);
  const heirsOf = (role: string) => (edges.get(role) ?? []).map((edge) => edge.role).sort(byBytes);
  const fits = (grant: AnyGrant) => grant.effect === "allow" && covers(grant.scope, question.scope);
  const grantingRoles = [...index.grants.keys()].filter((role) => [...grants(role)].some(fits)).sort(byBytes);
  const heirs = new Set(grantingRoles.flatMap(heirsOf));
  for (const role of heirs) for (const heir of heirsOf(role)) heirs.add(heir);
  const minimal = grantingRoles.filter((role) => !heirs.has(role));
  return [...minimal, ...heirs].slice(0, Math.max(minimal.length, ROLES_TO_TRY));
}

/** The roles that the asker is assigned on the target. */
export const directRoles = (index: PolicyIndex, question: Question): string[] => [
  ...new Set(
    holdingsOf(index, question)
      .filter(({ held, scope }) => held === "assigned" && covers(scope, question.scope))
      .filter((holding) => isOpen(holding, question.at))
      .map(({ role }) => role),
  ),
];

/** All permissions that open paths allow on any scope, as owner or not: a measure of privilege, not a decision. */
function allowedAnywhere(index: PolicyIndex, asker: Asker): Set<string> {
  const permissions = new Set<string>();
  for (const { role } of reached(index, asker)) {
    for (const [pattern, grants] of index.grants.get(role) ?? []) {
      const allows = grants.filter(({ effect }) => effect === "allow");
      if (allows.length === 0) continue;
      const own = isOwn(pattern) ? ":own" : "";
      for (const name of index.covered(pattern))
        if (allows.some((grant) => !leavesOut(grant, name))) permissions.add(`${name}${own}`);
    }
  }
  return permissions;
}
