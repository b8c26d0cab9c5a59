/** The rows that each kind of question needs from the store. */

import type { NeededGrants, NeededRows } from "../model/mutation.ts";
import { isOwn, patternsCovering, withoutOwn } from "../model/names.ts";
import { ancestorsOf, type Scope } from "../model/scopes.ts";
import type { Question } from "./decide.ts";
import type { Asker } from "./walk.ts";

/** The most permissions or targets that are listed. Above it, fetching all grants, or all targets, is cheaper. */
const MAX_LISTED = 40;
/** The most ancestors of targets, in sum. It is more than the ancestors of the deepest possible scope. */
const MAX_ANCESTORS = 512;

/** For decisions: the asking users, the roles they reach, and the grants that cover the permissions. */
export function rowsForDecisions(questions: readonly Question[]): NeededRows {
  const permissions = unique(questions.map((question) => withoutOwn(question.permission)));
  return { ...rowsOfAskers(questions), grants: neededGrantsFor(questions, permissions), permissions };
}

function neededGrantsFor(questions: readonly Question[], permissions: readonly string[]): NeededGrants | "all" {
  if (permissions.length > MAX_LISTED) return "all";
  const own = questions.some(({ permission, owner }) => isOwn(permission) || owner !== null);
  const patterns = unique(permissions.flatMap((permission) => patternsCovering(permission, own)));
  const targets = unique(questions.map((question) => question.scope));
  const ancestorCount = targets.reduce((count, target) => count + ancestorsOf(target).length, 0);
  return targets.length > MAX_LISTED || ancestorCount > MAX_ANCESTORS ? { patterns } : { patterns, targets };
}

/** For questions about roles: the asking users and the roles they reach, without grants. */
export const rowsForHas = (questions: readonly (Asker & { readonly role: string })[]): NeededRows => {
  const { roles, ...askers } = rowsOfAskers(questions);
  return { ...askers, roles: [...roles, ...questions.map((question) => question.role)], grants: "none" };
};

const rowsOfAskers = (askers: readonly Asker[]) => ({
  users: unique(askers.flatMap((asker) => asker.user ?? [])),
  roles: unique(askers.flatMap((asker) => [...asker.activate, ...asker.assume])),
  constraints: askers.some((asker) => asker.activate.length > 0), // A question breaks a constraint only by a session.
});

/**
 * For effective permissions: the roles that the askers reach, and the permissions that their grants cover.
 * With a resource, the whole catalogue is needed, to check that the resource exists.
 */
export const rowsForPermissions = (askers: readonly Asker[], resource?: string): NeededRows => ({
  ...rowsOfAskers(askers),
  permissions: resource === undefined ? "granted" : "all",
});

/** For an explanation: the asker, every role that might allow, and the grants for the permission on any scope. */
export function rowsForWhy(question: Question): NeededRows {
  const patterns = patternsCovering(withoutOwn(question.permission), true);
  return {
    ...rowsOfAskers([question]),
    granting: { patterns },
    grants: { patterns },
    permissions: [withoutOwn(question.permission)],
  };
}

/** For remedies: all grants of the asker and of some roles, to count the permissions that each role would add. */
export const rowsForRemedies = (question: Question, roles: readonly string[]): NeededRows => {
  const asker = rowsOfAskers([question]);
  return { ...asker, roles: [...asker.roles, ...roles], permissions: "granted" };
};

/**
 * For `who-can`, the first of two steps: the roles that lead to the permission. The second step fetches the users
 * who hold one of these roles.
 * @param targets only the grants that matter for one of these scopes; with the root among them, that is every deny
 */
export function rowsForWhoCan(permission: string, targets?: readonly Scope[]): NeededRows {
  const patterns = patternsCovering(withoutOwn(permission), true);
  const grants = targets ? { patterns, targets } : { patterns };
  return { granting: grants, grants, permissions: [withoutOwn(permission)] };
}

/** The same for one scope, with all denies of the roles that some users reach, wherever they lie. */
export function rowsForWhoCanAbove(permission: string, on: Scope, users: readonly string[]): NeededRows {
  const needed = rowsForWhoCan(permission, [on]);
  return { ...needed, users, grants: rowsForWhoCan(permission, [on, null]).grants as NeededGrants };
}

const unique = <T extends string | Scope>(values: readonly T[]): T[] => [...new Set(values)];
