/** Taking a revision back: its changes inverted, in reverse, while every row still is as it left it. */
import { EXIT, RbacError, refused } from "../errors.ts";
import { apply, type Change, changeOf, inverse, keyFields, kindOf, rowAfter } from "./change.ts";
import { dangling } from "./dangling.ts";
import { keyOf, type Policy, rowsOf } from "./model.ts";
import type { Wish } from "./wish.ts";

/**
 * Undoes one revision, given its changes in their order. The undoing is a revision of its own.
 * @throws RbacError `CHANGED_SINCE` (exit 3) when later changes stand on it, naming the first.
 */
export function undoing(revision: number, changes: readonly Change[]): Wish {
  if (changes.length === 0) throw new RbacError(EXIT.wrong, "REVISION_NOT_FOUND", `there is no revision ${revision}`);
  const users = changes.flatMap((change) => ("user" in change ? [change.user] : []));
  const roles = changes.flatMap((change) => (kindOf(change) === "role" && "role" in change ? [change.role] : []));
  return {
    slice: { users, holders: roles, roles: "all", permissions: "all" },
    decide: (policy) => takenBack(policy, revision, changes),
  };
}

function takenBack(policy: Policy, revision: number, changes: readonly Change[]): Change[] {
  for (const change of lastOfEach(changes)) {
    const kind = kindOf(change);
    const now = rowsOf(policy, kind).get(keyOf(kind, keyFields(change)));
    if (changeOf(kind, now, rowAfter(change, 0))) throw changedSince(revision, change);
  }
  const undone = [...changes].reverse().map(inverse);
  const [left] = dangling(apply(policy, undone));
  if (left) throw changedSince(revision, left);
  return undone;
}

/** A revision may touch a row twice; only how it left it counts. */
function lastOfEach(changes: readonly Change[]): Iterable<Change> {
  const last = new Map<string, Change>();
  for (const change of changes) last.set(`${kindOf(change)} ${keyOf(kindOf(change), keyFields(change))}`, change);
  return last.values();
}

function changedSince(revision: number, change: Change): RbacError {
  const { kind: _, before, after, ...key } = change;
  const words = Object.values(key).filter((word) => word !== null);
  return refused(
    "CHANGED_SINCE",
    `revision ${revision} cannot be undone: later changes stand on it (${kindOf(change)} ${words.join(" ")})`,
  );
}
