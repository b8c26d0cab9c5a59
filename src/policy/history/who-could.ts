/** Who could do something at any moment between two: the policy replayed, and asked whenever something may have turned. */
import { UnknownName } from "../../errors.ts";
import { indexPolicy } from "../evaluate/policy-index.ts";
import { type UserRow, whoCan } from "../evaluate/who-can.ts";
import { byBytes } from "../model/byte-order.ts";
import { replay } from "../model/change.ts";
import { draftOf, type Policy } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";
import type { RecordedChange } from "./ability-history.ts";

/** A row of `who-can`, with the first moment of the interval at which it held. */
export type SinceRow = UserRow & { readonly since: string };

/**
 * @param start the policy as it stood at `since`, with every user
 * @param record the entries stamped in the interval, in their order
 * @throws UnknownName (exit 2) for a permission that was never listed in the interval
 */
export function whoCouldBetween(
  start: Policy,
  record: readonly RecordedChange[],
  permission: string,
  { since, until }: { readonly since: string; readonly until: string },
  on?: Scope,
): SinceRow[] {
  const draft = draftOf(start);
  const found = new Map<string, SinceRow>();
  let unknown: unknown;
  let answered = false;
  const look = (at: string) => {
    try {
      for (const row of whoCan(indexPolicy(draft), permission, { at, activate: [], assume: [] }, on)) {
        const key = `${row.user}\0${row.own}\0${row.scope ?? ""}\0${row.except.join("\0")}`;
        if (!found.has(key)) found.set(key, { ...row, since: at });
      }
      answered = true;
    } catch (error) {
      if (!(error instanceof UnknownName)) throw error;
      unknown = error;
    }
  };
  const windows = (from: string, to: string) => {
    const moments = [...draft.assignment.values()].flatMap((row) => [row.from, row.until]);
    for (const at of [...new Set(moments)].filter((m): m is string => m !== null && m > from && m <= to).sort())
      look(at);
  };
  let clock = since;
  look(clock);
  record.forEach((entry, at) => {
    windows(clock, entry.at);
    if (entry.at > clock) clock = entry.at;
    replay(draft, [entry.change], entry.revision);
    if (record[at + 1]?.revision !== entry.revision) look(clock);
  });
  windows(clock, until);
  if (!answered) throw unknown;
  return [...found.values()].sort((a, b) => byBytes(a.user, b.user) || byBytes(a.scope ?? "", b.scope ?? ""));
}
