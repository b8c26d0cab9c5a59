/** All mutations: for each the rows that it needs, and the edit that decides it. */
import type { Named } from "../errors.ts";
import {
  type AssignRequest,
  assign,
  disinherit,
  inherit,
  type ListedRevocation,
  type RevokeRequest,
  revoke,
  revokeEnded,
  revokeListed,
  type UserOrEveryone,
} from "./edit/assignments.ts";
import { type ConstraintEdit, createEntity, editConstraint, remove, rename, set } from "./edit/entities.ts";
import { trailOf } from "./edit/former-names.ts";
import { type GrantRequest, grant, readGrant, stillStanding, ungrant } from "./edit/grants.ts";
import { type CloneRequest, cloneRole, constraintsEscaped, createRole, type RoleRequest } from "./edit/new-roles.ts";
import { type Offboarding, offboard, stillHeld } from "./edit/offboard.ts";
import { rolesToKnow, type SyncRequest, sync } from "./edit/sync.ts";
import { type Change, diff, keyFields, replay } from "./model/change.ts";
import { parseNames, parseType } from "./model/constraint.ts";
import { joinNeeds, type Mutation, type NeededRows } from "./model/mutation.ts";
import { patternsCovering, quote, withoutOwn } from "./model/names.ts";
import { draftOf, keyOf, moreInWords } from "./model/policy.ts";
import { EDITED_KINDS } from "./model/records.ts";
import type { Rows } from "./model/rows.ts";

const neededUsers = (who: UserOrEveryone): readonly string[] => (who === null ? [] : [who]);

export const assigning = (request: AssignRequest): Mutation => ({
  needs: { users: neededUsers(request.who), roles: request.roles, grants: "none" },
  already: `assigned already to ${request.who === null ? "everyone" : quote(request.who)}: ${listed(request.roles)}`,
  decide: (policy) => assign(policy, request),
});

export const revoking = (request: RevokeRequest): Mutation => ({
  needs: { users: neededUsers(request.who), roles: request.roles, grants: "none" },
  already: `not assigned there to ${request.who === null ? "everyone" : quote(request.who)}: ${listed(request.roles)}`,
  decide: (policy) => revoke(policy, request),
});

/** Revokes each assignment of a list, which may be long. */
export function revokingListed(list: readonly ListedRevocation[]): Mutation {
  const names = (field: "user" | "role") => [...new Set(list.map((row) => row[field]))];
  const reasons = new Map(list.map((row) => [keyOf("assignment", { ...row }), row.reason]));
  return {
    needs: { users: names("user"), roles: names("role"), grants: "none" },
    already: "nothing of the list is assigned",
    decide: (policy) => revokeListed(policy, list),
    reasonOf: (change) => reasons.get(keyOf("assignment", keyFields(change))) ?? null,
  };
}

/** Revokes what has ended by a time: of one user or of all (`null`), of some roles or of all (none). */
export const revokingEnded = (request: { who: string | null; roles: readonly string[]; at: string }): Mutation => ({
  needs: {
    ...(request.who === null ? { endedBy: request.at } : { users: [request.who] }),
    roles: request.roles.length > 0 ? request.roles : "none",
    grants: "none",
  },
  already: "nothing has ended",
  decide: (policy) => revokeEnded(policy, request),
});

/** @throws RbacError `CONDITION_INVALID`, `BUT_INVALID` (exit 2). */
export function granting(asked: GrantRequest): Mutation {
  const request = readGrant(asked);
  return {
    needs: rowsForGrants(request),
    already: `${effectText(request)} there already by ${quote(request.role)}: ${grantedText(request)}`,
    decide: (policy) => grant(policy, request),
  };
}

/** @throws RbacError `CONDITION_INVALID`, `BUT_INVALID` (exit 2). */
export function ungranting(asked: GrantRequest): Mutation {
  const request = readGrant(asked);
  return {
    needs: rowsForUngranting(request),
    already: `not ${effectText(request)} there by ${quote(request.role)}: ${grantedText(request)}`,
    decide: (policy) => ungrant(policy, request),
    notices: (after) => stillStanding(after, request),
  };
}

const effectText = ({ effect }: GrantRequest): string => (effect === "deny" ? "denied" : "granted");
const listed = (names: readonly string[]): string => names.map(quote).join(", ");
const grantedText = (request: GrantRequest): string => `${listed(request.permissions)}${moreInWords(request)}`;

const isWildcard = (permission: string): boolean => permission.includes("*");

/** Checking a wildcard needs the whole catalogue, checking a permission only its own row. */
function rowsForGrants({ role, permissions, scope, but = [] }: Omit<GrantRequest, "effect">): NeededRows {
  const hasWildcard = permissions.some(isWildcard);
  const grants = { patterns: permissions, targets: [scope] };
  const named = [...permissions.map(withoutOwn), ...but.filter((pattern) => !isWildcard(pattern))];
  return { roles: [role], grants, permissions: hasWildcard ? "names" : named };
}

/** All that may hold up the right: grants of the role and of those it inherits, on scopes above and below. */
function rowsForUngranting(request: GrantRequest): NeededRows {
  const { permissions, scope } = request;
  const patterns = permissions.flatMap((permission) => patternsCovering(withoutOwn(permission), true));
  const grants = permissions.some(isWildcard) ? "all" : { patterns, targets: [scope], below: true };
  return { ...rowsForGrants(request), grants };
}

export const inheriting = (role: string, parents: readonly string[]): Mutation => ({
  needs: { roles: "all", grants: "none" },
  already: `${quote(role)} inherits ${listed(parents)} already`,
  decide: (policy) => inherit(policy, role, parents),
});

export const disinheriting = (role: string, parents: readonly string[]): Mutation => ({
  needs: { roles: "all", grants: "none" },
  already: `${quote(role)} does not inherit ${listed(parents)}`,
  decide: (policy) => disinherit(policy, role, parents),
});

/** @param allowComma true to allow a comma in the name of a user. */
export const creating = <K extends Named>(
  kind: K,
  name: string,
  fields: Partial<Omit<Rows[K], K>>,
  allowComma = false,
): Mutation => ({
  needs: rowsOfEntity(kind, [name]),
  already: `${kind} ${quote(name)} is there already`,
  decide: (policy) => createEntity(policy, kind, name, fields, allowComma),
});

/** Creates a role with grants. */
export const creatingRole = (request: RoleRequest): Mutation => ({
  needs: rowsForGrants(request),
  already: `role ${quote(request.role)} is there already`,
  decide: (policy) => createRole(policy, request),
});

export const cloningRole = (request: CloneRequest): Mutation => ({
  needs: { roles: [request.role, request.to], permissions: "granted", constraints: true },
  already: `role ${quote(request.to)} is a copy of ${quote(request.role)} already`,
  decide: (policy) => cloneRole(policy, request),
  notices: (after) => constraintsEscaped(after, request),
});

export const setting = <K extends Named>(kind: K, name: string, fields: Partial<Omit<Rows[K], K>>): Mutation => ({
  needs: rowsOfEntity(kind, [name]),
  already: `${kind} ${quote(name)} is so already`,
  decide: (policy) => set(policy, kind, name, fields),
});

/** @param ifExists true to make no changes for an unknown name, instead of an error. */
export const removing = (kind: Named, name: string, ifExists: boolean): Mutation => ({
  needs: rowsReferringTo(kind, [name]),
  already: `there is no ${kind} ${quote(name)}`,
  decide: (policy) => (ifExists && !policy[kind].has(name) ? [] : remove(policy, kind, name)),
});

/** Revokes all that a user is assigned, or hands it over; tells all that stands in the way. */
export const offboarding = (request: Offboarding): Mutation => ({
  needs: { users: [request.user, request.successor ?? request.user], keysOf: [request.user], grants: "none" },
  already: `${quote(request.user)} is assigned nothing${request.afterwards === "disable" ? ", and is disabled" : ""}`,
  tellsAll: true,
  decide: (policy, refuse) => offboard(policy, request, refuse),
  notices: (after) => stillHeld(after, request),
});

/** Makes a user what somebody else knows of them: creates, sets, assigns, and revokes in what is theirs to say. */
export const syncing = (request: SyncRequest): Mutation => ({
  needs: { users: [request.user], roles: rolesToKnow(request), grants: "none" },
  already: `user ${quote(request.user)} is so already`,
  decide: (policy) => sync(policy, request),
});

/** @param allowComma true to allow a comma in the new name of a user. */
export const renaming = (kind: Named, from: string, to: string, allowComma = false): Mutation => ({
  needs: rowsReferringTo(kind, [from, to]),
  decide: (policy) => rename(policy, kind, from, to, allowComma),
});

/**
 * Creates a constraint. Names may be in any order and may repeat.
 * @param type one of `CONSTRAINT_TYPES`
 * @throws RbacError (exit 2).
 */
export const constraining = (
  constraint: string,
  type: string,
  { roles, limit, needs }: { roles: readonly string[]; limit: number | null; needs: readonly string[] | null },
): Mutation => {
  const row = {
    type: parseType(type),
    roles: parseNames("roles", roles),
    limit,
    needs: needs && parseNames("needs", needs),
  };
  return creating("constraint", constraint, row);
};

/** Edits an existing constraint; what the edit leaves out stays. */
export const reshaping = (constraint: string, edit: ConstraintEdit): Mutation => ({
  needs: rowsOfEntity("constraint", [constraint]),
  already: `constraint ${quote(constraint)} is so already`,
  decide: (policy) => editConstraint(policy, constraint, edit),
});

/** The row of an entity only. For a constraint all roles, because it is checked against the whole hierarchy. */
function rowsOfEntity(kind: Named, names: readonly string[]): NeededRows {
  if (kind === "constraint") return { roles: "all", grants: "none" };
  if (kind === "user") return { users: names, grants: "none" };
  return kind === "role" ? { roles: names, grants: "none" } : { permissions: names, grants: "none" };
}

/** An entity and all rows that may refer to it: the assignments of a user; all structure for a role or a permission. */
function rowsReferringTo(kind: Named, names: readonly string[]): NeededRows {
  if (kind === "user") return { users: names, keysOf: names, grants: "none" };
  if (kind === "constraint") return rowsOfEntity(kind, names);
  return { roles: "all", permissions: "all", holders: kind === "role" ? names : [] };
}

/**
 * Several mutations as one: each is decided on the policy that those before it leave, and of rows that several change
 * only the result is a change.
 * @param mutations without `further`
 */
export function inSequence(mutations: readonly Mutation[]): Mutation {
  const [only] = mutations;
  if (only && mutations.length === 1) return only;
  const joined = (all: readonly NeededRows[]) => all.reduce(joinNeeds, { roles: "none", grants: "none" });
  const saysMore = mutations.some(({ needsToExplain }) => needsToExplain);
  return {
    needs: joined(mutations.map(({ needs }) => needs)),
    ...(saysMore && { needsToExplain: joined(mutations.map(({ needs, needsToExplain = needs }) => needsToExplain)) }),
    notices: (after) => mutations.flatMap((mutation) => mutation.notices?.(after) ?? []),
    already: mutations.flatMap(({ already }) => already ?? []).join("; "),
    tellsAll: mutations.some(({ tellsAll }) => tellsAll),
    decide(policy, refuse) {
      const draft = draftOf(policy);
      const all: Change[] = [];
      for (const mutation of mutations) {
        const changes = mutation.decide(draft, refuse);
        replay(draft, changes, 0);
        for (const change of changes) all.push(change);
      }
      return [...diff(policy, draft, "read", EDITED_KINDS), ...trailOf(all, policy, draft)];
    },
  };
}
