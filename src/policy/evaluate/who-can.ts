/** The users who have a permission: one walk for each distinct set of holdings, folded to extents as in every list. */

import { UnknownName } from "../../errors.ts";
import type { Facts } from "../conditions/given.ts";
import { byBytes } from "../model/byte-order.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import type { HeldAssignment } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";
import { conditioned, dependOnUser } from "./conditional-extents.ts";
import { deniedOutright, pathsTo } from "./decide.ts";
import { type Extent, extents, holdsAt, type Own } from "./effective-permissions.ts";
import { factsFor } from "./judged-paths.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, isOpen, type Path } from "./walk.ts";

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
  (roles === undefined || held.some((row) => roles.includes(row.role) && isOpen(row, at as string)));

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
  const pathsOf = ({ user, held }: Assignee): readonly Path[] => {
    // The revisions are not part of a row, so any number will do.
    const assignments = new Map([[user, held.map((assignment) => ({ user, revision: 0, ...assignment }))]]);
    return wantedPaths({ ...index, assignments }, permission, { ...session, user });
  };
  const extentsFor = (user: string, paths: readonly Path[]) =>
    wantedExtents(paths, permission, on, () => factsFor(index, { ...session, user }, withoutOwn(permission), true));
  const rows: UserRow[] = [];
  // Users with the same holdings have the same permissions: thousands of users often need only a few walks.
  const foundByHoldings = new Map<string, Found>();
  const textCache = new Map<HeldAssignment, string>();
  for (const assignee of assignees) {
    const { user, disabled } = assignee;
    if (disabled) continue;
    const holdingsKey = holdingsKeyOf(assignee.held, textCache);
    let found = foundByHoldings.get(holdingsKey);
    if (!found) {
      const paths = pathsOf(assignee);
      found = dependOnUser(paths) ? { paths } : { extents: extentsFor(user, paths) };
      foundByHoldings.set(holdingsKey, found);
    }
    for (const extent of found.extents ?? extentsFor(user, found.paths)) {
      const { own, scope, except, roles, grant, until } = extent;
      rows.push(conditioned({ user, own, scope, except, roles, grant, until }, extent));
    }
  }
  return rows;
}

/** What is the same for users with the same holdings: only the paths where a condition speaks of who asks. */
type Found =
  | { readonly extents: readonly Extent[]; readonly paths?: never }
  | { readonly paths: readonly Path[]; readonly extents?: never };

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
  const asker = { ...session, user: null };
  // A stranger may have any name, or none.
  const facts = () => ({ ...factsFor(index, asker, withoutOwn(permission), true), user: undefined });
  return wantedExtents(wantedPaths(index, permission, asker), permission, on, facts);
}

function requireListed(index: PolicyIndex, permission: string): void {
  const plain = withoutOwn(permission);
  if (!index.policy.permission.has(plain)) throw new UnknownName("permission", plain);
}

/** The paths to a permission for somebody, as the owner or not. */
const wantedPaths = (index: PolicyIndex, permission: string, asker: Asker): readonly Path[] =>
  deniedOutright(index, asker) ? [] : [...pathsTo(index, asker, withoutOwn(permission), true)];

/** The extents of a permission: as the owner if it ends in `:own`, else as anybody. */
function wantedExtents(
  paths: readonly Path[],
  permission: string,
  on: Scope | undefined,
  facts: () => Facts,
): readonly Extent[] {
  const unwanted: Own = isOwn(permission) ? "not" : "only";
  return extents(paths, facts).filter((extent) => extent.own !== unwanted && (on === undefined || holdsAt(extent, on)));
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
