/** What no allowed decision of some logs needed, of the policy as it is now. */
import type { Database } from "../../database/database.ts";
import { impactIn } from "../../database/impact.ts";
import { indexPolicy } from "../../policy/evaluate/policy-index.ts";
import type { Impact } from "../../policy/impact/values.ts";
import { type Change, diff } from "../../policy/model/change.ts";
import { WHOLE_POLICY } from "../../policy/model/mutation.ts";
import type { Policy } from "../../policy/model/policy.ts";
import type { OnProgress } from "../../progress.ts";
import type { TransactionReads } from "../../store/read/transaction-reads.ts";
import { CurrentNames } from "../review/current-names.ts";
import { decisionsIn, type LogsToRead } from "../review/lines-of-database.ts";
import { type LogCounts, type NotAsked, nothingLeftOut } from "../review/not-asked.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { KeptRows } from "./kept-rows.ts";
import { Coverage, DAYS_FOR_PROPOSAL, type Evidence } from "./log-window.ts";
import { narrowed, rowsLess } from "./narrowed.ts";
import { UsedWays } from "./used-ways.ts";

export interface UnusedRows {
  readonly revision: number;
  readonly evidence: Evidence;
  readonly counts: LogCounts & {
    /** Allowed decisions in the window. */
    readonly allowed: number;
    /** Of these, those whose ways are known for sure, and those that are denied now. */
    readonly certain: number;
    readonly denied: number;
  };
  readonly notAsked: NotAsked;
  readonly findings: readonly Finding[];
  /** `null` where the evidence does not suffice. */
  readonly proposal: Proposal | null;
}

interface Proposal {
  /** The policy without what could go, and how many rows that is. */
  readonly policy: Policy;
  readonly rows: number;
  readonly changes: readonly Change[];
  /** Who would lose what they did not use. */
  readonly impact: Impact;
}

interface UnusedOptions {
  /** Lines before this time are left out. */
  readonly since?: string | undefined;
  readonly now: string;
  readonly onProgress?: OnProgress | undefined;
}

/** @throws RbacError `LINE_INVALID`, `OTHER_DATABASE` (exit 2). */
export function unusedBy(
  database: Database,
  paths: readonly string[],
  { since, now, onProgress }: UnusedOptions,
): Promise<UnusedRows> {
  return database.read(async (reading) => {
    const counts = { read: 0, dropped: 0, cut: 0 };
    const logs: LogsToRead = { paths, counts, notAsked: nothingLeftOut(), onProgress };
    const index = indexPolicy(await reading.load(WHOLE_POLICY));
    const [ways, names, coverage] = [
      new UsedWays(index, await goneUsers(reading)),
      await CurrentNames.read(reading),
      new Coverage(),
    ];
    let [allowed, certain, denied] = [0, 0, 0];
    for await (const line of decisionsIn(reading, logs)) {
      if (!coverage.add(line, since) || !line.decision) continue;
      allowed += 1;
      const found = ways.find(names.of(line.asked, line.revision), line.for);
      if (found === "used") certain += 1;
      else if (found === "denied") denied += 1;
      else logs.notAsked[found === "open" ? "values" : "gone"] += 1;
    }
    const evidence = coverage.evidence(since, now, counts);
    const from = evidence.window.from ?? now;
    const kept = new KeptRows(index, await sinceThen(reading, from));
    const found = findingsOf(index, ways.uses, kept, now);
    const { policy, roles } = narrowed(index, found, kept, now);
    const isEnough = allowed > 0 && evidence.window.days >= DAYS_FOR_PROPOSAL;
    const changes = isEnough ? diff(index.policy, policy) : [];
    return {
      revision: reading.revision,
      evidence,
      counts: { ...counts, allowed, certain, denied },
      notAsked: logs.notAsked,
      findings: found.map(({ finding }) => (isStaying(finding, roles) ? { ...finding, keep: "held" } : finding)),
      proposal: isEnough
        ? { policy, rows: rowsLess(index.policy, policy), changes, impact: await impactIn(reading, changes, now) }
        : null,
    };
  });
}

/** True for an unused role of which something stays: somebody holds it, or it leads to what stays. */
const isStaying = ({ kind, finding, keep, role }: Finding, removed: ReadonlySet<string>): boolean =>
  kind === "role" && finding === "unused" && keep === null && !removed.has(role);

async function goneUsers(reading: TransactionReads): Promise<Set<string>> {
  const removals = await reading.entries({ kind: "user.remove" });
  return new Set(removals.flatMap(({ change }) => ("user" in change ? [change.user] : [])));
}

/** Since when things are judged: the last revision before a time, and who was enabled after it. */
async function sinceThen(reading: TransactionReads, at: string) {
  const revision = await reading.revisionAt(at);
  const enabled = new Set<string>();
  for await (const page of reading.changesAfter(revision))
    for (const change of page)
      if (change.kind === "user.update" && change.before?.disabled && !change.after?.disabled) enabled.add(change.user);
  return { revision, at, enabled };
}
