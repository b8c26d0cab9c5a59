/**
 * Undoes revisions by inverting their changes in reverse order, if all their rows are still as the revisions
 * left them.
 */
import { type RbacError, refused, wrong } from "../../errors.ts";
import { apply, type Change, changeOf, diff, inverse, keyFields, kindOf, rowAfter } from "../model/change.ts";
import { type Mutation, WHOLE_POLICY } from "../model/mutation.ts";
import { quote } from "../model/names.ts";
import { keyOf, type Policy, rowsOf } from "../model/policy.ts";
import { danglingRows } from "../rules/dangling-rows.ts";

/**
 * A mutation that undoes revisions; the undo is a new revision.
 * @param changes the changes of the revisions, in their order
 * @throws RbacError `REVISION_NOT_FOUND` (exit 2) for no changes. Deciding throws `CHANGED_SINCE` (exit 3) if a
 * later change depends on the revisions; the message names the first row.
 */
export function undoing(from: number, changes: readonly Change[], to = from): Mutation {
  const label = from === to ? `revision ${from}` : `revision ${from}..${to}`;
  if (changes.length === 0) throw wrong("REVISION_NOT_FOUND", `there is no ${label}`);
  const users = changes.flatMap((change) => ("user" in change ? [change.user] : []));
  const roles = changes.flatMap((change) => (kindOf(change) === "role" && "role" in change ? [change.role] : []));
  return {
    needs: { users: [...new Set(users)], holders: [...new Set(roles)], roles: "all", permissions: "all" },
    decide: (policy) => undoChanges(policy, label, changes),
  };
}

function undoChanges(policy: Policy, label: string, changes: readonly Change[]): Change[] {
  for (const change of lastOfEach(changes)) {
    const kind = kindOf(change);
    const current = rowsOf(policy, kind).get(keyOf(kind, keyFields(change)));
    if (changeOf(kind, current, rowAfter(change, 0))) throw changedSince(label, change);
  }
  const restored = apply(policy, [...changes].reverse().map(inverse));
  const [dangling] = danglingRows(restored);
  if (dangling) throw changedSince(label, dangling);
  return diff(policy, restored, "stated");
}

/**
 * The changes of entries that cover a range of revisions.
 * @throws RbacError `REVISION_NOT_FOUND` (exit 2) if a revision of the range is missing.
 */
export function changesBetween(
  entries: readonly { readonly revision: number; readonly change: Change }[],
  from: number,
  to: number,
): Change[] {
  const present = new Set(entries.map((entry) => entry.revision));
  if (present.size < to - from + 1) {
    const missing = present.has(from) ? to : from;
    throw wrong("REVISION_NOT_FOUND", `there is no revision ${missing}`);
  }
  return entries.map((entry) => entry.change);
}

/** A mutation that makes the whole policy equal to a past one. */
export const returningTo = (past: Policy): Mutation => ({
  needs: WHOLE_POLICY,
  decide: (policy) => diff(policy, past),
});

/** Reads a range of revisions, `12` or `12..15`, both ends included. @throws RbacError `USAGE` (exit 2). */
export function parseRevisions(text: string): { readonly from: number; readonly to: number } {
  const [, from, to = from] = /^@?(\d{1,15})(?:\.\.@?(\d{1,15}))?$/.exec(text) ?? [];
  if (from === undefined || Number(from) < 1 || Number(from) > Number(to)) {
    throw wrong("USAGE", `${quote(text)} names no revision: write 12, or 12..15`);
  }
  return { from: Number(from), to: Number(to) };
}

/** The last change of each row: revisions may change a row several times, and only the final state counts. */
function lastOfEach(changes: readonly Change[]): Iterable<Change> {
  const lastChanges = new Map<string, Change>();
  for (const change of changes)
    lastChanges.set(`${kindOf(change)} ${keyOf(kindOf(change), keyFields(change))}`, change);
  return lastChanges.values();
}

function changedSince(label: string, change: Change): RbacError {
  const { kind: _, before, after, ...key } = change;
  const keyValues = Object.values(key).filter((value) => value !== null);
  return refused(
    "CHANGED_SINCE",
    `${label} cannot be undone: later changes stand on it (${kindOf(change)} ${keyValues.join(" ")})`,
  );
}
