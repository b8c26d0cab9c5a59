/** The users who have a permission: one walk for each distinct set of holdings, folded to extents as in every list. */

import { UnknownName } from "../../errors.ts";
import { byBytes } from "../model/byte-order.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import type { HeldAssignment } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";
import { deniedOutright, pathsTo } from "./decide.ts";
import { type Extent, extents, holdsAt, type Own } from "./effective-permissions.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, isOpen } from "./walk.ts";

export type UserRow = { readonly user: string } & Extent;

/** A user with assignments, sorted by role and scope; those that cannot lead to the permission may be missing. */
export interface Assignee {
  readonly user: string;
  readonly disabled: boolean;
  readonly held: readonly HeldAssignment[];
}

/** Only these users, and only those with an open assignment of one of these roles. */
export interface Among {
  readonly users?: readonly string[] | undefined;
  /** Only from this user on, in byte order. */
  readonly from?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly at: string;
}

/** True for a user among some, whose assignments of those roles are known. */
export const isAmong = ({ user, held }: Assignee, { users, from = "", roles, at }: Partial<Among> = {}): boolean =>
  (users?.includes(user) ?? true) &&
  byBytes(user, from) >= 0 &&
  (roles === undefined || held.some((row) => roles.includes(row.role) && isOpen(row, at ?? "")));

/** All users of a policy with their assignments, in byte order. */
export const assigneesIn = ({ policy, assignments }: PolicyIndex): Assignee[] =>
  [...new Set([...policy.user.keys(), ...assignments.keys()])].sort(byBytes).map((user) => ({
    user,
    disabled: policy.user.get(user)?.disabled ?? false,
    held: assignments.get(user) ?? [],
  }));

/**
 * The users who have a permission on some scope; with `:own`, as the owner. Sorted like `assignees`, then by scope.
 * @param on only rows that hold on this scope
 * @param assignees the users to check, in byte order: all users of the index, or a page of other users
 * @throws UnknownName (exit 2) for a permission that is not in the catalogue.
 */
export function whoCan(
  index: PolicyIndex,
  permission: string,
  session: Omit<Asker, "user">,
  on?: Scope,
  assignees: readonly Assignee[] = assigneesIn(index),
): UserRow[] {
  requireListed(index, permission);
  const extentsOf = ({ user, held }: Assignee): readonly Extent[] => {
    // The revisions are not part of a row, so any number will do.
    const assignments = new Map([[user, held.map((assignment) => ({ user, revision: 0, ...assignment }))]]);
    return wantedExtents({ ...index, assignments }, permission, { ...session, user }, on);
  };
  const rows: UserRow[] = [];
  // Users with the same holdings have the same permissions: thousands of users often need only a few walks.
  const extentsByHoldings = new Map<string, readonly Extent[]>();
  const textCache = new Map<HeldAssignment, string>();
  for (const assignee of assignees) {
    const { user, disabled } = assignee;
    if (disabled) continue;
    const holdingsKey = holdingsKeyOf(assignee.held, textCache);
    let userExtents = extentsByHoldings.get(holdingsKey);
    if (!userExtents) {
      userExtents = extentsOf(assignee);
      extentsByHoldings.set(holdingsKey, userExtents);
    }
    for (const { own, scope, except, roles, grant, until } of userExtents)
      rows.push({ user, own, scope, except, roles, grant, until });
  }
  return rows;
}

/**
 * Where a stranger has a permission, who holds what everyone holds.
 * @throws UnknownName (exit 2) for a permission that is not in the catalogue.
 */
export function whereStrangersCan(
  index: PolicyIndex,
  permission: string,
  session: Omit<Asker, "user">,
  on?: Scope,
): readonly Extent[] {
  requireListed(index, permission);
  return wantedExtents(index, permission, { ...session, user: null }, on);
}

function requireListed(index: PolicyIndex, permission: string): void {
  const plain = withoutOwn(permission);
  if (!index.policy.permission.has(plain)) throw new UnknownName("permission", plain);
}

/** The extents of a permission for somebody: as the owner if it ends in `:own`, else as anybody. */
function wantedExtents(index: PolicyIndex, permission: string, asker: Asker, on?: Scope): readonly Extent[] {
  if (deniedOutright(index, asker)) return [];
  const unwanted: Own = isOwn(permission) ? "not" : "only";
  return extents([...pathsTo(index, asker, withoutOwn(permission), true)]).filter(
    (extent) => extent.own !== unwanted && (on === undefined || holdsAt(extent, on)),
  );
}

/**
 * A text that is equal for users with the same holdings.
 * @param textCache the texts of assignments: several users may share one assignment object
 */
function holdingsKeyOf(held: readonly HeldAssignment[], textCache: Map<HeldAssignment, string>): string {
  let key = "";
  for (const assignment of held) {
    let text = textCache.get(assignment);
    if (text === undefined) {
      text = holdingKey(assignment);
      textCache.set(assignment, text);
    }
    key += text;
  }
  return key;
}

/** A text that is equal for equal holdings. Names and times contain no control characters, which separate safely. */
export const holdingKey = ({ role, scope, from, until }: HeldAssignment): string =>
  `${role}\0${scope ?? ""}\0${from ?? ""}\0${until ?? ""}\n`;
