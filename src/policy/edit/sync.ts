/** Decides what makes a user what somebody else knows of them: an application at a sign-in, or a directory. */
import { wrong } from "../../errors.ts";
import { by } from "../model/byte-order.ts";
import { apply, type Change, changeOf, removed } from "../model/change.ts";
import { quote } from "../model/names.ts";
import { type HeldAssignment, keyOf, type Policy } from "../model/policy.ts";
import type { Rows } from "../model/rows.ts";
import { assign, needRole } from "./assignments.ts";
import { refuseComma } from "./commas.ts";
import { defaultsOf } from "./entities.ts";

/** The assignments that are somebody's to say: what they leave out of these is revoked. */
interface OwnedAssignments {
  /** Roles that must be there, lest a misspelt one revokes nothing without a word. */
  readonly roles: readonly string[];
  has(assignment: Rows["assignment"]): boolean;
}

export interface SyncRequest {
  readonly user: string;
  /** What is left out stays. */
  readonly fields: Partial<Pick<Rows["user"], "email" | "name">>;
  /** Each with its whole window. */
  readonly roles: readonly HeldAssignment[];
  /** `null`: nothing is revoked. */
  readonly owned: OwnedAssignments | null;
  /** True to allow that a window is shortened or loses its end. */
  readonly replace: boolean;
  /** True to allow a comma in the name of a new user. */
  readonly allowComma: boolean;
}

/**
 * Creates the user where there is none, sets the fields, assigns the roles as `assign` does, and revokes what is owned
 * and not among them. A disabled user stays disabled.
 * @throws RbacError `ROLE_NOT_FOUND`, `NAME_HAS_COMMA`, `USAGE`, `WINDOW_EMPTY` (exit 2), `WINDOW_NARROWED` (exit 3).
 */
export function sync(policy: Policy, request: SyncRequest): Change[] {
  const { user, fields, owned, replace, allowComma } = request;
  for (const role of owned?.roles ?? []) needRole(policy, role);
  const wanted = byKey(request);
  const current = policy.user.get(user);
  if (!current) refuseComma(user, allowComma);
  const change = changeOf("user", current, { ...(current ?? defaultsOf("user")), ...fields, user });
  const changes = change ? [change] : [];
  const withUser = apply(policy, changes);
  const assigned = [...wanted.values()].flatMap(({ role, scope, from, until }) =>
    assign(withUser, { who: user, roles: [role], scope, from, until, replace, existing: true }),
  );
  const revoked = [...policy.assignment]
    .filter(([key, row]) => row.user === user && !wanted.has(key) && owned?.has(row))
    .sort(by(([key]) => key))
    .map(([, row]) => removed("assignment", row));
  return [...changes, ...revoked, ...assigned];
}

/** @throws RbacError `USAGE` (exit 2) for one role on one scope with two windows. */
function byKey({ user, roles }: SyncRequest): ReadonlyMap<string, HeldAssignment> {
  const wanted = new Map<string, HeldAssignment>();
  for (const held of roles) {
    const key = keyOf("assignment", { ...held, user });
    const { from, until } = wanted.get(key) ?? held;
    if (from !== held.from || until !== held.until) {
      const where = held.scope === null ? "" : ` on ${held.scope}`;
      throw wrong("USAGE", `${quote(held.role)}${where} is said twice, with two windows`);
    }
    wanted.set(key, held);
  }
  return wanted;
}

/** The roles that it names; `none` where it names none. */
export function rolesToKnow({ roles, owned }: SyncRequest): readonly string[] | "none" {
  const named = [...roles.map(({ role }) => role), ...(owned?.roles ?? [])];
  return named.length > 0 ? named : "none";
}
