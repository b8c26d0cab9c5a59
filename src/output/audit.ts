/** The record as a list. */
import type { Change } from "../policy/change.ts";
import { changeText } from "./changes.ts";
import type { View } from "./view.ts";

export interface Recorded {
  readonly seq: number;
  readonly revision: number;
  readonly at: string;
  readonly actor: string;
  readonly osUser: string;
  readonly reason: string | null;
  readonly change: Change;
}

/** Entries, oldest first. The change is shown as the command that would make it. */
export function auditView(entries: readonly Recorded[]): View {
  return {
    json: { entries },
    table: {
      head: ["seq", "revision", "at", "actor", "os user", "kind", "change", "reason"],
      rows: entries.map(({ seq, revision, at, actor, osUser, reason, change }) => [
        seq,
        revision,
        at,
        actor,
        osUser,
        change.kind,
        changeText(change),
        reason,
      ]),
    },
    talk: entries.length === 0 ? ["no entries"] : [],
  };
}
