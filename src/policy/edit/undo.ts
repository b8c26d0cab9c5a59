/** Taking revisions back: their changes inverted, in reverse, while every row still is as they left it. */
import { type RbacError, refused, wrong } from "../../errors.ts";
import { apply, type Change, changeOf, diff, inverse, keyFields, kindOf, rowAfter } from "../model/change.ts";
import { type Mutation, WHOLE_POLICY } from "../model/mutation.ts";
import { quote } from "../model/names.ts";
import { keyOf, type Policy, rowsOf } from "../model/policy.ts";
import { danglingRows } from "../rules/dangling-rows.ts";

/**
 * Undoes revisions, given their changes in their order. The undoing is a revision of its own.
 * @throws RbacError `CHANGED_SINCE` (exit 3) when later changes stand on them, naming the first.
 */
export function undoing(from: number, changes: readonly Change[], to = from): Mutation {
  const what = from === to ? `revision ${from}` : `revision ${from}..${to}`;
  if (changes.length === 0) throw wrong("REVISION_NOT_FOUND", `there is no ${what}`);
  const users = changes.flatMap((change) => ("user" in change ? [change.user] : []));
  const roles = changes.flatMap((change) => (kindOf(change) === "role" && "role" in change ? [change.role] : []));
  return {
    needs: { users: [...new Set(users)], holders: [...new Set(roles)], roles: "all", permissions: "all" },
    decide: (policy) => takenBack(policy, what, changes),
  };
}

function takenBack(policy: Policy, what: string, changes: readonly Change[]): Change[] {
  for (const change of lastOfEach(changes)) {
    const kind = kindOf(change);
    const now = rowsOf(policy, kind).get(keyOf(kind, keyFields(change)));
    if (changeOf(kind, now, rowAfter(change, 0))) throw changedSince(what, change);
  }
  const before = apply(policy, [...changes].reverse().map(inverse));
  const [left] = danglingRows(before);
  if (left) throw changedSince(what, left);
  return diff(policy, before, "stated");
}

/** The changes of the revisions from one to another. @throws RbacError `REVISION_NOT_FOUND` (exit 2) when one is not there. */
export function changesBetween(
  entries: readonly { readonly revision: number; readonly change: Change }[],
  from: number,
  to: number,
): Change[] {
  const found = new Set(entries.map((entry) => entry.revision));
  if (found.size < to - from + 1) {
    const missing = found.has(from) ? to : from;
    throw wrong("REVISION_NOT_FOUND", `there is no revision ${missing}`);
  }
  return entries.map((entry) => entry.change);
}

/** Brings the whole policy back to how it stood: what came since goes, what went comes back. */
export const returningTo = (past: Policy): Mutation => ({
  needs: WHOLE_POLICY,
  decide: (policy) => diff(policy, past),
});

/** The revisions that `12` or `12..15` names, both ends included. @throws RbacError `USAGE` (exit 2). */
export function parseRevisions(text: string): { readonly from: number; readonly to: number } {
  const [, from, to = from] = /^@?(\d{1,15})(?:\.\.@?(\d{1,15}))?$/.exec(text) ?? [];
  if (from === undefined || Number(from) < 1 || Number(from) > Number(to)) {
    throw wrong("USAGE", `${quote(text)} names no revision: write 12, or 12..15`);
  }
  return { from: Number(from), to: Number(to) };
}

/** A revision may touch a row twice; only how it left it counts. */
function lastOfEach(changes: readonly Change[]): Iterable<Change> {
  const last = new Map<string, Change>();
  for (const change of changes) last.set(`${kindOf(change)} ${keyOf(kindOf(change), keyFields(change))}`, change);
  return last.values();
}

function changedSince(what: string, change: Change): RbacError {
  const { kind: _, before, after, ...key } = change;
  const words = Object.values(key).filter((word) => word !== null);
  return refused(
    "CHANGED_SINCE",
    `${what} cannot be undone: later changes stand on it (${kindOf(change)} ${words.join(" ")})`,
  );
}

/** What to ask before several revisions are taken back, or the policy returns to one; nothing where nothing changes. */
export const confirmSeveral =
  (revisions: number) =>
  (changes: readonly Change[]): string =>
    `This takes back ${revisions} revisions in ${changes.length} changes.`;

export const confirmReturn =
  (revision: number) =>
  (changes: readonly Change[]): string | undefined =>
    changes.length === 0 ? undefined : `This returns to revision ${revision} in ${changes.length} changes.`;
