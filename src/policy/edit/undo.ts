/**
 * Undoes revisions by inverting their changes in reverse order, if no later revision has changed one of their rows, not
 * even back again: the record decides, since a row that was changed back looks as if nothing had happened.
 */
import { type RbacError, refused, wrong } from "../../errors.ts";
import {
  added,
  apply,
  type Change,
  changeOf,
  diff,
  inverse,
  keyFields,
  kindOf,
  rowAfter,
  rowInWords,
} from "../model/change.ts";
import { type LaterEntry, type Mutation, WHOLE_POLICY } from "../model/mutation.ts";
import { quote } from "../model/names.ts";
import { keyOf, type Policy, rowsOf } from "../model/policy.ts";
import { danglingRows } from "../rules/dangling-rows.ts";
import { isOfKey } from "../rules/keys-of-people.ts";
import { trailOf } from "./former-names.ts";
import { keysGone, keysLeft, keysMade, keysMoved, keysOfUnclear, keysSince, onlyKeys } from "./undone-keys.ts";

/**
 * A mutation that undoes revisions; the undo is a new revision.
 * @param changes the changes of the revisions, in their order
 * @throws RbacError `REVISION_NOT_FOUND` (exit 2) for no changes. Deciding throws `CHANGED_SINCE` (exit 3) if a
 * later revision changed a row of theirs, or a later row refers to one; the message names the first.
 */
export function undoing(from: number, changes: readonly Change[], to = from): Mutation {
  const label = from === to ? `revision ${from}` : `revisions ${from}..${to}`;
  if (changes.length === 0) throw wrong("REVISION_NOT_FOUND", `there is no ${label}`);
  const users = changes.flatMap((change) => ("user" in change ? [change.user] : []));
  const roles = changes.flatMap((change) => (kindOf(change) === "role" && "role" in change ? [change.role] : []));
  return {
    needs: {
      users: [...new Set(users)],
      keysOf: [...new Set(users)],
      holders: [...new Set(roles)],
      roles: "all",
      permissions: "all",
    },
    untouched: { changes, since: to, refusal: (later) => changedBy(label, later) },
    decide: (policy) => undoChanges(policy, label, changes),
    notices: (after) => keysLeft(after, changes.filter(isOfKey)),
  };
}

function undoChanges(policy: Policy, label: string, all: readonly Change[]): Change[] {
  const changes = all.filter((change) => kindOf(change) !== "former" && !isOfKey(change));
  for (const change of lastOfEach(changes)) {
    const kind = kindOf(change);
    const current = rowsOf(policy, kind).get(keyOf(kind, keyFields(change)));
    if (changeOf(kind, current, rowAfter(change, 0))) throw changedSince(label, change);
  }
  const back = [...changes].reverse().map(inverse);
  const made = keysMade(policy, all.filter(isOfKey));
  const unclear = keysOfUnclear(apply(policy, made), apply(policy, back), all);
  const ended = [...made, ...unclear];
  const before = apply(policy, ended);
  const restored = apply(before, back);
  const undone = [...diff(policy, restored, "stated"), ...trailOf(renamedBack(all), policy, restored)];
  // Keys are renamed with their users, and else keep these as assignments do.
  const moved = apply(restored, keysMoved(undone, before));
  const [dangling] = danglingRows(moved);
  if (dangling) throw changedSince(label, dangling);
  if (ended.length + undone.length === 0 && all.some(isOfKey)) throw onlyKeys(label);
  return [...ended, ...undone];
}

/** A former name is never taken away: to undo a renaming is a renaming back, with a trail of its own (rule 39). */
const renamedBack = (changes: readonly Change[]): Change[] =>
  [...changes]
    .reverse()
    .flatMap((change) =>
      change.kind === "former.add"
        ? [added("former", { of: change.of, name: change.former, former: change.name, revision: 0 })]
        : [],
    );

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

/**
 * A mutation that makes the whole policy equal to a past one.
 * @param keys the API keys that there were: those made since end, and none comes back; if left out, they stay
 */
export const returningTo = (past: Policy, keys?: Policy["api-key"]): Mutation => ({
  needs: { ...WHOLE_POLICY, ...(keys && { keysOf: "all" }) },
  already: "the policy is as it was then",
  decide: (policy) => [...(keys ? keysSince(policy, keys) : []), ...diff(policy, past)],
  ...(keys && { notices: (after: Policy) => keysGone(after, keys) }),
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

const changedBy = (label: string, { revision, change }: LaterEntry): RbacError =>
  refused("CHANGED_SINCE", `${label} cannot be undone: revision ${revision} changed ${rowInWords(change)} since`);

const changedSince = (label: string, change: Change): RbacError =>
  refused("CHANGED_SINCE", `${label} cannot be undone: later changes stand on it (${rowInWords(change)})`);
