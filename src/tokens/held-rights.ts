/** What a token may say of the rights of a user: what holds without anything more to know, until the token ends. */
import { refused } from "../errors.ts";
import { checkAsker } from "../policy/evaluate/decide.ts";
import { type Own, type PermissionRow, permissionsOf } from "../policy/evaluate/effective-permissions.ts";
import type { PolicyIndex } from "../policy/evaluate/policy-index.ts";
import { type Asker, reached } from "../policy/evaluate/walk.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import { grouped } from "../policy/model/group-by.ts";
import { quote } from "../policy/model/names.ts";
import { covers, type Scope } from "../policy/model/scopes.ts";

/** Rights of a user on a scope and below it. All lists are sorted. */
export interface HeldRights {
  readonly email: string | null;
  /** As `rbac has` has it: assigned, by everyone, and inherited. */
  readonly roles: readonly string[];
  /** Those of them by which the others are held. */
  readonly holding: readonly string[];
  /** What is allowed whatever else is known. */
  readonly permissions: readonly string[];
  /** What is allowed only to owners, under conditions, or not on all scopes below. */
  readonly leftOut: readonly string[];
  /** When the next of the user's assignments begins or ends: these rights may be others then. RFC 3339 UTC. */
  readonly next: string | null;
}

/** Who is asked about: somebody known, of whom nothing is given, not even the time. */
export const askerForToken = (user: string, at: string): Asker => ({
  user,
  at,
  activate: [],
  assume: [],
  existing: true,
  timeless: true,
});

/** @throws UnknownName (exit 2), RbacError `USER_DISABLED` (exit 3). */
export function heldRights(index: PolicyIndex, asker: Asker, on: Scope): HeldRights {
  checkAsker(index, asker);
  const user = asker.user ?? "";
  const row = index.policy.user.get(user);
  if (row?.disabled) throw refused("USER_DISABLED", `${quote(user)} is disabled: no token is issued`);
  const reaches = [...reached(index, asker)].filter(({ holding }) => covers(holding.scope, on));
  const rows = permissionsOf(index, asker, on);
  const plain = grouped(
    rows.filter((permission) => isPlain(permission, on)),
    ({ permission }) => permission,
  );
  const names = new Set(rows.map(({ permission }) => permission));
  const isSaid = (name: string, whose: Own) =>
    plain.get(name)?.some(({ own }) => own === "any" || own === whose) ?? false;
  // Rows for owners and for others may be two only by what is denied elsewhere.
  const permissions = new Set([...names].filter((name) => isSaid(name, "only") && isSaid(name, "not")));
  return {
    email: row?.email ?? null,
    roles: sorted(reaches.map(({ role }) => role)),
    holding: sorted(reaches.map(({ holding }) => holding.role)),
    permissions: sorted(permissions),
    leftOut: sorted([...names].filter((name) => !permissions.has(name))),
    next: nextBoundary(index, asker),
  };
}

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort(byBytes);

/** True for a row that holds on the scope and everywhere below it, whatever is known. */
const isPlain = ({ when, unless, except }: PermissionRow, on: Scope): boolean =>
  when === undefined && unless === undefined && !except.some((scope) => covers(on, scope));

function nextBoundary(index: PolicyIndex, { user, at }: Asker): string | null {
  const moments = (index.assignments.get(user ?? "") ?? []).flatMap(({ from, until }) => [from, until]);
  return moments.filter((moment) => moment !== null && moment > at).sort()[0] ?? null;
}
