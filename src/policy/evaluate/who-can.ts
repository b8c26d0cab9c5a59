/** Who may do something: one walk for all who hold the same, its paths folded as in every list. */

import { UnknownName } from "../../errors.ts";
import { byBytes } from "../model/byte-order.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import type { HeldAssignment } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";
import { deniedOutright, pathsTo } from "./decide.ts";
import { type Extent, extents, holdsAt, type Own } from "./effective-permissions.ts";
import type { PolicyIndex } from "./policy-index.ts";
import type { Asker } from "./walk.ts";

export type UserRow = { readonly user: string } & Extent;

/** Somebody with what they are assigned, in the order of roles and scopes: as far as it can lead to what is asked. */
export interface Assignee {
  readonly user: string;
  readonly disabled: boolean;
  readonly held: readonly HeldAssignment[];
}

/** All users of a policy, in byte order. */
export const assigneesIn = ({ policy, assignments }: PolicyIndex): Assignee[] =>
  [...new Set([...policy.user.keys(), ...assignments.keys()])].sort(byBytes).map((user) => ({
    user,
    disabled: policy.user.get(user)?.disabled ?? false,
    held: assignments.get(user) ?? [],
  }));

/**
 * Who may do something somewhere, or as its owner when `:own` is asked; in the order of the users, then by scope.
 * @param among those who are looked at: whoever the policy holds, or a page of others, in byte order
 * @throws UnknownName (exit 2) for a permission that is not listed.
 */
export function whoCan(
  index: PolicyIndex,
  permission: string,
  session: Omit<Asker, "user">,
  on?: Scope,
  among: readonly Assignee[] = assigneesIn(index),
): UserRow[] {
  const plain = withoutOwn(permission);
  if (!index.policy.permission.has(plain)) throw new UnknownName("permission", plain);
  const unwanted: Own = isOwn(permission) ? "not" : "only";
  const extentsOf = ({ user, held }: Assignee): readonly Extent[] => {
    // A row of a list tells no revisions.
    const assignments = new Map([[user, held.map((one) => ({ user, revision: 0, ...one }))]]);
    const [alone, asker] = [
      { ...index, assignments },
      { ...session, user },
    ];
    if (deniedOutright(alone, asker)) return [];
    return extents([...pathsTo(alone, asker, plain, true)]).filter(
      (extent) => extent.own !== unwanted && (on === undefined || holdsAt(extent, on)),
    );
  };
  const rows: UserRow[] = [];
  // Whoever holds the same may do the same: thousands of users are often a few walks.
  const walked = new Map<string, readonly Extent[]>();
  const texts = new Map<HeldAssignment, string>();
  for (const assignee of among) {
    const { user, disabled } = assignee;
    if (disabled) continue;
    const held = textOf(assignee.held, texts);
    let found = walked.get(held);
    if (!found) {
      found = extentsOf(assignee);
      walked.set(held, found);
    }
    for (const { own, scope, except, roles, grant, until } of found)
      rows.push({ user, own, scope, except, roles, grant, until });
  }
  return rows;
}

/** All that tells what one user may from what another may. @param texts of what several hold, made once. */
function textOf(held: readonly HeldAssignment[], texts: Map<HeldAssignment, string>): string {
  let all = "";
  for (const one of held) {
    let text = texts.get(one);
    if (text === undefined) {
      const { role, scope, from, until } = one;
      // Names and times hold no control characters, so these separate safely.
      text = `${role}\0${scope ?? ""}\0${from ?? ""}\0${until ?? ""}\n`;
      texts.set(one, text);
    }
    all += text;
  }
  return all;
}
