/** The slice that each question needs. */
import type { Question } from "./decide.ts";
import { patternsCovering, withoutOwn } from "./names.ts";
import type { Scope } from "./scopes.ts";
import type { Asker } from "./walk.ts";
import type { GrantSlice, Slice } from "./wish.ts";

/** Above so many permissions, asking for all grants is cheaper than naming the patterns. */
const FEW = 40;

/** For decisions: the asking users, what they reach, and the grants that cover what is asked. */
export function slicesFor(questions: readonly Question[]): Slice {
  const permissions = unique(questions.map((question) => withoutOwn(question.permission)));
  return { ...askersSlice(questions), grants: grantsFor(questions, permissions), permissions };
}

function grantsFor(questions: readonly Question[], permissions: readonly string[]): GrantSlice | "all" {
  if (permissions.length > FEW) return "all";
  const patterns = unique(permissions.flatMap((permission) => patternsCovering(permission, true)));
  const scopes = unique(questions.map((question) => question.scope));
  const [scope] = scopes;
  return scopes.length === 1 && scope !== undefined ? { patterns, target: { scope } } : { patterns };
}

/** For questions about roles: the asking users and what they reach. */
export const holdsSlice = (questions: readonly (Asker & { readonly role: string })[]): Slice => {
  const { roles, ...askers } = askersSlice(questions);
  return { ...askers, roles: [...roles, ...questions.map((question) => question.role)], grants: "none" };
};

const askersSlice = (askers: readonly Asker[]) => ({
  users: unique(askers.flatMap((asker) => asker.user ?? [])),
  roles: unique(askers.flatMap((asker) => [...asker.activate, ...asker.assume])),
  constraints: askers.some((asker) => asker.activate.length > 0), // Only a session can break one by asking.
});

/** For everything that somebody may do: what they reach, and the catalogue. */
export const permissionsSlice = (asker: Asker): Slice => ({ ...askersSlice([asker]), permissions: "all" });

/** For an explanation, which may end in the advice to take any role. */
export const whySlice = (question: Question): Slice => ({
  ...askersSlice([question]),
  roles: "all",
  permissions: "all",
});

/** For the holders of a permission: first all structure with the grants that cover it, then whoever holds a role that comes to them. */
export const grantedSlice = (permission: string): Slice => ({
  roles: "all",
  grants: { patterns: patternsCovering(withoutOwn(permission), true) },
  permissions: [withoutOwn(permission)],
});

const unique = <T extends string | Scope>(values: readonly T[]): T[] => [...new Set(values)];
