/** Decides what becomes of the assignments of somebody who leaves: each is revoked, or handed over. */
import { refused, UnknownName, wrong } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { apply, type Change, changeOf, removed } from "../model/change.ts";
import type { Refuse } from "../model/mutation.ts";
import { quote } from "../model/names.ts";
import { type Assignment, keyOf, type Policy } from "../model/policy.ts";
import type { Rows } from "../model/rows.ts";
import { hasEnded } from "../model/times.ts";
import { refuseAtOnce } from "../rules/refusals.ts";
import { remove, set } from "./entities.ts";

export interface Offboarding {
  /** Who leaves. */
  readonly user: string;
  /** Who is given the assignments; `null` for nobody. */
  readonly successor: string | null;
  /** What becomes of the user, when the assignments are gone. */
  readonly afterwards: "keep" | "disable" | "delete";
  /** The time by which assignments have ended; these are only revoked. */
  readonly at: string;
}

/** @throws RbacError `USAGE` (exit 2) for both. */
export function afterwardsOf(said: {
  readonly disable?: boolean;
  readonly delete?: boolean;
}): Offboarding["afterwards"] {
  if (said.disable && said.delete) throw wrong("USAGE", "say disable or delete, not both");
  if (said.delete) return "delete";
  return said.disable ? "disable" : "keep";
}

/**
 * Revokes all assignments of a user; those that have not ended are handed over as they are, with scope and window.
 * Where the successor holds the same role there, the window becomes both together. What everyone holds stays. The API
 * keys of the user are revoked: no program acts as somebody who left.
 * @param refuse is told `USER_DISABLED` and `WINDOWS_APART` (exit 3)
 * @throws RbacError `USER_NOT_FOUND`, `USAGE` (exit 2).
 */
export function offboard(policy: Policy, request: Offboarding, refuse: Refuse = refuseAtOnce): Change[] {
  const { user, successor, at } = request;
  for (const name of [user, successor ?? user]) if (!policy.user.has(name)) throw new UnknownName("user", name);
  if (user === successor) throw wrong("USAGE", `${quote(user)} cannot be the one to whom it is handed over`);
  if (successor !== null && policy.user.get(successor)?.disabled)
    refuse(refused("USER_DISABLED", `${quote(successor)} is disabled, and nothing is handed over to the disabled`));
  const changes = [...policy.assignment.values()]
    .filter((row) => row.user === user)
    .sort(by((row) => `${row.role}\0${row.scope ?? ""}`))
    .flatMap((row) => {
      const isGiven = successor !== null && !hasEnded(row, at);
      return [removed("assignment", row), ...(isGiven ? handedOver(policy, row, successor, at, refuse) : [])];
    });
  const keys = [...policy["api-key"].values()].filter((row) => row.user === user).sort(by(({ id }) => id));
  const ended = [...changes, ...keys.map((key) => removed("api-key", key))];
  return [...ended, ...leaving(policy, ended, request)];
}

/** What makes an assignment of one user that of another; nothing where that one has it already. */
function handedOver(policy: Policy, row: Assignment, successor: string, at: string, refuse: Refuse): Change[] {
  const { role, scope, from, until } = row;
  const current = policy.assignment.get(keyOf("assignment", { user: successor, role, scope }));
  const standing = current && !hasEnded(current, at) ? current : undefined; // What has ended gives way.
  const window = standing ? together(row, standing) : { from, until };
  if (!window) {
    const where = scope === null ? "" : ` on ${scope}`;
    const text = `${quote(row.user)} and ${quote(successor)} hold ${quote(role)}${where} at times that are apart`;
    refuse(refused("WINDOWS_APART", `${text}, and one assignment has one window`));
    return [];
  }
  const change = changeOf("assignment", current, { user: successor, role, scope, ...window });
  return change ? [change] : [];
}

type Window = Pick<Rows["assignment"], "from" | "until">;

/** Two windows that meet, as one; `undefined` where there is time between them. */
function together(one: Window, other: Window): Window | undefined {
  const isBefore = (first: Window, second: Window) =>
    first.until !== null && second.from !== null && first.until < second.from;
  if (isBefore(one, other) || isBefore(other, one)) return undefined;
  const [from = null] = one.from === null || other.from === null ? [] : [one.from, other.from].sort(byBytes);
  const [, until = null] = one.until === null || other.until === null ? [] : [one.until, other.until].sort(byBytes);
  return { from, until };
}

function leaving(policy: Policy, changes: readonly Change[], { user, afterwards }: Offboarding): Change[] {
  if (afterwards === "keep") return [];
  if (afterwards === "disable") return set(policy, "user", user, { disabled: true });
  return remove(apply(policy, changes), "user", user);
}

/** What somebody who stays an enabled user still holds, as a sentence. */
export function stillHeld({ user, everyone }: Policy, { user: name }: Offboarding): string[] {
  const row = user.get(name);
  const roles = [...everyone.keys()].sort(byBytes).map(quote);
  const isTold = row && !row.disabled && roles.length > 0;
  return isTold ? [`${quote(name)} stays a user, and holds what everyone holds: ${roles.join(", ")}`] : [];
}
