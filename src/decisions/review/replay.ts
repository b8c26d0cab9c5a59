/** Asks the decisions of logs again, each at its revision: they must be answered as they were. */
import type { Database } from "../../database/database.ts";
import { grouped } from "../../policy/model/group-by.ts";
import type { OnProgress } from "../../progress.ts";
import type { CertainAnswer } from "./answering-policy.ts";
import { agrees, type Disagreement, disagreement } from "./disagreement.ts";
import { decisionsIn, type LoggedDecision, type LogsToRead } from "./lines-of-database.ts";
import { type LogCounts, type NotAsked, nothingLeftOut } from "./not-asked.ts";
import { PolicyAlongRecord } from "./policy-along-record.ts";

export interface Replayed {
  readonly revision: number;
  readonly counts: LogCounts & { readonly replayed: number; readonly disagreed: number };
  readonly notAsked: NotAsked;
  /** The first of them, by file and line. */
  readonly disagreements: readonly Disagreement[];
}

interface ReplayOptions {
  readonly limit?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** So many lines are taken in the order of their revisions at once. */
const BLOCK = 20_000;

/**
 * @param limit the most disagreements to keep; all are counted
 * @throws RbacError `LINE_INVALID`, `OTHER_DATABASE` (exit 2).
 */
export function replayLogs(
  database: Database,
  paths: readonly string[],
  { limit = Number.POSITIVE_INFINITY, onProgress }: ReplayOptions = {},
): Promise<Replayed> {
  return database.read(async (reading) => {
    const counts = { read: 0, dropped: 0, cut: 0 };
    const logs: LogsToRead = { paths, counts, notAsked: nothingLeftOut(), onProgress };
    const [record, disagreements] = [new PolicyAlongRecord(reading), [] as Disagreement[]];
    let [replayed, disagreed] = [0, 0];
    for await (const block of blocks(decisionsIn(reading, logs))) {
      const otherwise = new Map<LoggedDecision, CertainAnswer>();
      for (const [revision, lines] of byRevision(block)) {
        const policy = await record.at(revision);
        for (const line of lines) {
          const answer = policy.answer(line.asked, line.for);
          if (answer === "open") logs.notAsked.values += 1;
          else replayed += 1;
          if (answer !== "open" && !agrees(line, answer)) otherwise.set(line, answer);
        }
      }
      disagreed += otherwise.size;
      for (const line of otherwise.size > 0 ? block : []) {
        const answer = otherwise.get(line);
        if (answer && disagreements.length < limit) disagreements.push(disagreement(line, answer));
      }
    }
    const { revision } = reading;
    return { revision, counts: { ...counts, replayed, disagreed }, notAsked: logs.notAsked, disagreements };
  });
}

async function* blocks(lines: AsyncIterable<LoggedDecision>): AsyncGenerator<LoggedDecision[], void> {
  let block: LoggedDecision[] = [];
  for await (const line of lines) {
    if (block.push(line) < BLOCK) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

/** The lines of a block by their revisions, the lowest first: one revision is mostly that of many. */
const byRevision = (block: readonly LoggedDecision[]): [number, LoggedDecision[]][] =>
  [...grouped(block, ({ revision }) => revision)].sort(([a], [b]) => a - b);
