/** How many people lose what by changes, for the question whether they are to be made. */
import { impactOf } from "../policy/impact/impact.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import type { Change } from "../policy/model/change.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import { withoutTurns } from "../store/engine/signal-hearing.ts";
import type { Database } from "./database.ts";

export interface Losses {
  /** How many people lose a permission somewhere. */
  readonly people: number;
  /** What any of them loses, in byte order. */
  readonly permissions: readonly string[];
}

/** With more assignments than these, nobody is counted: who waits for a question would wait too long. */
const MOST_ASSIGNMENTS = 100_000;

/** What people lose by changes of a database; `undefined` where there are too many people to look at. */
export function lossesBy(database: Database, changes: readonly Change[], at: string): Promise<Losses | undefined> {
  return database.read(async (reading) => {
    if (await reading.hasAssignments(MOST_ASSIGNMENTS)) return undefined;
    const policy = await reading.load(WHOLE_POLICY);
    const { people, outcomes } = await withoutTurns(() => impactOf(policy, changes, at));
    const lost = outcomes.flatMap(({ losses }) => losses.map(({ permission }) => permission));
    return { people: people.lose, permissions: [...new Set(lost)].sort(byBytes) };
  });
}
