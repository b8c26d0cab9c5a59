/** The slice that each question needs. */

import type { NeededGrants, NeededRows } from "../model/mutation.ts";
import { isOwn, patternsCovering, withoutOwn } from "../model/names.ts";
import { ancestorsOf, type Scope } from "../model/scopes.ts";
import type { Question } from "./decide.ts";
import type { Asker } from "./walk.ts";

/** Above so many permissions or targets, asking for all grants is cheaper than naming the patterns, or the targets. */
const FEW = 40;
/** So many scopes are one list: all that cover the deepest that there is, and more. */
const AROUND = 512;

/** For decisions: the asking users, what they reach, and the grants that cover what is asked. */
export function rowsForDecisions(questions: readonly Question[]): NeededRows {
  const permissions = unique(questions.map((question) => withoutOwn(question.permission)));
  return { ...rowsOfAskers(questions), grants: grantsFor(questions, permissions), permissions };
}

function grantsFor(questions: readonly Question[], permissions: readonly string[]): NeededGrants | "all" {
  if (permissions.length > FEW) return "all";
  const own = questions.some(({ permission, owner }) => isOwn(permission) || owner !== null);
  const patterns = unique(permissions.flatMap((permission) => patternsCovering(permission, own)));
  const targets = unique(questions.map((question) => question.scope));
  const around = targets.reduce((count, target) => count + ancestorsOf(target).length, 0);
  return targets.length > FEW || around > AROUND ? { patterns } : { patterns, targets };
}

/** For questions about roles: the asking users and what they reach. */
export const rowsForHas = (questions: readonly (Asker & { readonly role: string })[]): NeededRows => {
  const { roles, ...askers } = rowsOfAskers(questions);
  return { ...askers, roles: [...roles, ...questions.map((question) => question.role)], grants: "none" };
};

const rowsOfAskers = (askers: readonly Asker[]) => ({
  users: unique(askers.flatMap((asker) => asker.user ?? [])),
  roles: unique(askers.flatMap((asker) => [...asker.activate, ...asker.assume])),
  constraints: askers.some((asker) => asker.activate.length > 0), // Only a session can break one by asking.
});

/** For everything that somebody may do: what they reach, and what that covers; a resource that is named must be in the catalogue. */
export const rowsForPermissions = (asker: Asker, resource?: string): NeededRows => ({
  ...rowsOfAskers([asker]),
  permissions: resource === undefined ? "granted" : "all",
});

/** For an explanation: the asker, every role that might allow, and the grants in question wherever they hold. */
export function rowsForWhy(question: Question): NeededRows {
  const patterns = patternsCovering(withoutOwn(question.permission), true);
  return {
    ...rowsOfAskers([question]),
    granting: patterns,
    grants: { patterns },
    permissions: [withoutOwn(question.permission)],
  };
}

/** What the asker and some roles grant altogether, for weighing what would be gained. */
export const rowsForRemedies = (question: Question, roles: readonly string[]): NeededRows => {
  const asker = rowsOfAskers([question]);
  return { ...asker, roles: [...asker.roles, ...roles], permissions: "granted" };
};

/** For the holders of a permission: first the structure that leads to it, then whoever holds one of its roles. */
export function rowsForWhoCan(permission: string): NeededRows {
  const patterns = patternsCovering(withoutOwn(permission), true);
  return { granting: patterns, grants: { patterns }, permissions: [withoutOwn(permission)] };
}

const unique = <T extends string | Scope>(values: readonly T[]): T[] => [...new Set(values)];
