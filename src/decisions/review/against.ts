/** Asks the decisions of logs once more of the policy as it is and as a proposal would make it: what changes. */
import type { Database } from "../../database/database.ts";
import { impactIn } from "../../database/impact.ts";
import type { Impact } from "../../policy/impact/values.ts";
import { apply, type Change } from "../../policy/model/change.ts";
import type { Mutation } from "../../policy/model/mutation.ts";
import type { OnProgress } from "../../progress.ts";
import type { TransactionReads } from "../../store/read/transaction-reads.ts";
import { AnsweringPolicy } from "./answering-policy.ts";
import { type ChangedDecisions, ChangesFound } from "./changed-decisions.ts";
import { CurrentNames } from "./current-names.ts";
import { decisionsIn, type LogsToRead } from "./lines-of-database.ts";
import { type LogCounts, type NotAsked, nothingLeftOut } from "./not-asked.ts";
import { shownAnswer } from "./shown-question.ts";

export interface Compared {
  readonly revision: number;
  readonly counts: LogCounts & {
    readonly replayed: number;
    /** Decisions that the proposal would change. */
    readonly changed: number;
    /** Decisions that are answered otherwise than in the log, by the policy as it is already. */
    readonly otherwise: number;
  };
  readonly notAsked: NotAsked;
  readonly people: ChangesFound["people"];
  /** By user and permission. */
  readonly changes: readonly ChangedDecisions[];
  /** What the proposal would change of the policy, and what people would gain and lose by it, asked or not. */
  readonly proposed: { readonly changes: readonly Change[]; readonly impact: Impact };
}

/**
 * @param proposal what would be made of the database
 * @param at the moment for which people are judged
 * @throws RbacError `LINE_INVALID`, `OTHER_DATABASE` (exit 2), and what the proposal is refused for.
 */
export function compareLogs(
  database: Database,
  paths: readonly string[],
  proposal: Mutation,
  at: string,
  onProgress?: OnProgress,
): Promise<Compared> {
  return database.read(async (reading) => {
    const counts = { read: 0, dropped: 0, cut: 0 };
    const logs: LogsToRead = { paths, counts, notAsked: nothingLeftOut(), onProgress };
    const { notAsked } = logs;
    const sides = await bothSides(reading, proposal);
    const names = await CurrentNames.read(reading);
    const found = new ChangesFound();
    let [replayed, otherwise] = [0, 0];
    for await (const line of decisionsIn(reading, logs)) {
      const asked = names.of(line.asked, line.revision);
      const now = sides.now.answer(asked, line.for);
      const proposed = sides.proposed.answer(sides.proposedNames.of(asked, 0), line.for);
      if (now === "open" || proposed === "open") notAsked.values += 1;
      else if ("error" in now && "error" in proposed) notAsked.gone += 1;
      else {
        replayed += 1;
        const answers = { now: shownAnswer(now), proposed: shownAnswer(proposed) };
        if ((answers.now.decision ?? false) !== line.decision) otherwise += 1;
        if (answers.now.decision !== answers.proposed.decision) found.add(asked, answers, line.at);
      }
    }
    const { people, changed, changes } = found;
    const { revision } = reading;
    const proposed = { changes: sides.changes, impact: await impactIn(reading, sides.changes, at) };
    return { revision, counts: { ...counts, replayed, changed, otherwise }, notAsked, people, changes, proposed };
  });
}

async function bothSides(reading: TransactionReads, { needs, decide, refuseFaults }: Mutation) {
  const policy = await reading.load(needs);
  const changes = decide(policy);
  refuseFaults?.(apply(policy, changes));
  const removals = await reading.entries({ kind: "user.remove" });
  const known = {
    conditionals: (await reading.structure()).policy.conditional.size,
    gone: removals.flatMap(({ change }) => ("user" in change ? [change.user] : [])),
  };
  const compiled = async () => new AnsweringPolicy(await reading.compiled(true), known);
  const [now, proposed] = [await compiled(), await compiled()];
  for (const change of changes) proposed.apply(change);
  return {
    changes,
    now,
    proposed,
    proposedNames: new CurrentNames(changes.map((change) => ({ revision: 1, change }))),
  };
}
