/** The lines of logs that one database can be asked again; what cannot be is counted by its reason, never guessed. */
import type { OnProgress } from "../../progress.ts";
import type { TransactionReads } from "../../store/read/transaction-reads.ts";
import type { AskedAgain } from "./asked-again.ts";
import { invalidLine, otherDatabase } from "./line-faults.ts";
import type { LogCounts, NotAsked } from "./not-asked.ts";
import { askedAgainBy, QuestionsOfLines } from "./questions-of-lines.ts";
import { readLogs } from "./read-log.ts";

/** A decision of a log, as it can be asked again. */
export interface LoggedDecision {
  readonly asked: AskedAgain;
  /** When it was asked. */
  readonly at: string;
  /** The time for which. */
  readonly for: string;
  readonly revision: number;
  readonly decision: boolean;
  readonly reason: string;
  /** The share of yeses that its log keeps. */
  readonly share: number;
  readonly file: string;
  readonly number: number;
}

/** Where to read, and what is counted up meanwhile. */
export interface LogsToRead {
  readonly paths: readonly string[];
  readonly counts: LogCounts;
  readonly notAsked: NotAsked;
  readonly onProgress?: OnProgress | undefined;
}

/** @throws RbacError `LINE_INVALID`, `OTHER_DATABASE` (exit 2), each with file and line. */
export async function* decisionsIn(
  reading: Pick<TransactionReads, "databaseId" | "revision">,
  { paths, counts, notAsked, onProgress }: LogsToRead,
): AsyncGenerator<LoggedDecision, void> {
  const [id, questions] = [await reading.databaseId(), new QuestionsOfLines()];
  for (const { line, file, number } of readLogs(paths, counts, onProgress)) {
    if (line.db !== null && line.db !== id) throw otherDatabase(file, number, line.db, id);
    if (line.error !== undefined) notAsked.errors += 1;
    else if (line.db === null || line.revision === null) notAsked.empty += 1;
    else if (line.revision > reading.revision) notAsked.later += 1;
    else {
      const asked = askedAgainBy(questions, line, (message) => invalidLine(file, number, message));
      const { at, revision, decision, reason, share = 1 } = line;
      yield { asked, at, for: line.for ?? at, revision, decision, reason, share, file, number };
    }
  }
}
