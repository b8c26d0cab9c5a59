/** The users who had a permission at any time of an interval: the policy is replayed, with `who-can` at each change. */
import { UnknownName } from "../../errors.ts";
import { conditionsKey } from "../evaluate/conditional-extents.ts";
import { indexPolicy } from "../evaluate/policy-index.ts";
import { type Assignee, assigneesIn, type UserRow, whoCan } from "../evaluate/who-can.ts";
import { byBytes } from "../model/byte-order.ts";
import { replay } from "../model/change.ts";
import { nearest } from "../model/name-suggestions.ts";
import { draftOf, type Policy } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";
import type { RecordedChange } from "./ability-history.ts";

/** A row of `who-can`, with the first time in the interval at which it held. */
export type SinceRow = UserRow & { readonly since: string };

/**
 * The rows of `who-can` at every time from `since` to `until`, each once, sorted by user and scope.
 * @param start the policy at `since`, with all users
 * @param isAsked whether a user is asked about at a time; by default all are
 * @param record the entries stamped in the interval, in their order
 * @throws UnknownName (exit 2) for a permission that was not in the catalogue at any time of the interval
 */
export function whoCouldBetween(
  start: Policy,
  record: readonly RecordedChange[],
  permission: string,
  { since, until }: { readonly since: string; readonly until: string },
  on?: Scope,
  isAsked: (assignee: Assignee, at: string) => boolean = () => true,
): SinceRow[] {
  const draft = draftOf(start);
  const firstRows = new Map<string, SinceRow>();
  const everKnown = new Set(start.permission.keys());
  let unknown: UnknownName | undefined;
  let isAnswered = false;
  const askAt = (at: string) => {
    try {
      const index = indexPolicy(draft);
      const assignees = assigneesIn(index).filter((assignee) => isAsked(assignee, at));
      for (const row of whoCan(index, permission, { at, activate: [], assume: [], timeless: true }, on, assignees)) {
        const key = `${row.user}\0${row.own}\0${row.scope ?? ""}\0${row.except.join("\0")}\0${conditionsKey(row)}`;
        if (!firstRows.has(key)) firstRows.set(key, { ...row, since: at });
      }
      isAnswered = true;
    } catch (error) {
      if (!(error instanceof UnknownName)) throw error;
      unknown = error;
    }
  };
  const askAtWindowBounds = (from: string, to: string) => {
    const moments = [...draft.assignment.values()].flatMap((row) => [row.from, row.until]);
    for (const at of [...new Set(moments)].filter((m): m is string => m !== null && m > from && m <= to).sort())
      askAt(at);
  };
  let currentTime = since;
  askAt(currentTime);
  record.forEach((entry, index) => {
    askAtWindowBounds(currentTime, entry.at);
    if (entry.at > currentTime) currentTime = entry.at;
    replay(draft, [entry.change], entry.revision);
    if (entry.change.kind === "permission.add") everKnown.add(entry.change.permission);
    if (record[index + 1]?.revision !== entry.revision) askAt(currentTime);
  });
  askAtWindowBounds(currentTime, until);
  if (unknown && !isAnswered)
    throw new UnknownName(unknown.named, unknown.missing, nearest(unknown.missing, everKnown), { isPast: true });
  return [...firstRows.values()].sort((a, b) => byBytes(a.user, b.user) || byBytes(a.scope ?? "", b.scope ?? ""));
}
