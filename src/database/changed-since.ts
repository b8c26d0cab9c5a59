/** What changed since a moment, for caches of others. */
import { ALL_CHANGED, ChangedNames, type ChangedSince } from "../policy/history/changed-names.ts";
import type { AtRevision } from "../policy/model/results.ts";
import type { Moment } from "../policy/model/times.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";

/** @param since the moment just after a revision, or a time. One that the record has not reached says nothing. */
export async function changedSince(reading: TransactionReads, since: Moment): Promise<AtRevision<ChangedSince>> {
  const { revision } = reading;
  const from = "revision" in since ? since.revision : await reading.revisionAt(since.at);
  if (from > revision) return { revision, ...ALL_CHANGED };
  const names = new ChangedNames();
  for await (const changes of reading.changesAfter(from)) for (const change of changes) names.add(change);
  const { inheritance } = await reading.load(names.hasRoles ? { roles: "all", grants: "none" } : { grants: "none" });
  return { revision, ...names.result(inheritance.values()) };
}
