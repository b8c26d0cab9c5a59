/** Asks the decisions of logs once more of the policy as it is and as a proposal would make it: what changes. */
import type { Database } from "../../database/database.ts";
import { by } from "../../policy/model/byte-order.ts";
import { apply } from "../../policy/model/change.ts";
import type { Mutation } from "../../policy/model/mutation.ts";
import type { OnProgress } from "../../progress.ts";
import type { TransactionReads } from "../../store/read/transaction-reads.ts";
import { AnsweringPolicy } from "./answering-policy.ts";
import type { AskedAgain } from "./asked-again.ts";
import { CurrentNames } from "./current-names.ts";
import {
  decisionsIn,
  type LogsToRead,
  type NotAsked,
  nothingLeftOut,
  type ShownQuestion,
  shown,
} from "./lines-of-database.ts";
import type { LogCounts } from "./read-log.ts";
import { type ShownAnswer, shownAnswer } from "./replay.ts";

/** Decisions of one user about one permission that a proposal would change in one way. */
export interface ChangedDecisions extends Omit<ShownQuestion, "scope"> {
  readonly now: ShownAnswer;
  readonly proposed: ShownAnswer;
  /** How many lines of the log. */
  readonly decisions: number;
  /** Where they were asked, the first few; `null` is the root. */
  readonly scopes: readonly (string | null)[];
  /** When the last was asked. */
  readonly last: string;
}

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
  /** How many users may less, and how many may more, of what they asked. */
  readonly people: { readonly lose: number; readonly gain: number };
  /** By user and permission. */
  readonly changes: readonly ChangedDecisions[];
}

/**
 * @param proposal what would be made of the database
 * @throws RbacError `LINE_INVALID`, `OTHER_DATABASE` (exit 2), and what the proposal is refused for.
 */
export function compareLogs(
  database: Database,
  paths: readonly string[],
  proposal: Mutation,
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
    return { revision, counts: { ...counts, replayed, changed, otherwise }, notAsked, people, changes };
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
  return { now, proposed, proposedNames: new CurrentNames(changes.map((change) => ({ revision: 1, change }))) };
}

/** So many scopes are shown of what was asked on more. */
const MOST_SCOPES = 5;

interface Found {
  readonly asked: AskedAgain;
  readonly now: ShownAnswer;
  readonly proposed: ShownAnswer;
  decisions: number;
  readonly scopes: Set<string | null>;
  last: string;
}

/** What changes, gathered by user, by what was asked, and by how its answer changes. */
class ChangesFound {
  readonly #found = new Map<string, Found>();

  add(asked: AskedAgain, { now, proposed }: Pick<Found, "now" | "proposed">, at: string): void {
    const answers = `${now.reason}\n${proposed.reason}`;
    const key = `${asked.user ?? ""}\n${asked.user === null}\n${asked.topic}\n${asked.isRole}\n${answers}`;
    const one = this.#found.get(key) ?? { asked, now, proposed, decisions: 0, scopes: new Set(), last: at };
    this.#found.set(key, one);
    one.decisions += 1;
    if (one.scopes.size < MOST_SCOPES) one.scopes.add(asked.scope);
    if (at > one.last) one.last = at;
  }

  get changed(): number {
    return [...this.#found.values()].reduce((sum, { decisions }) => sum + decisions, 0);
  }

  get people(): Compared["people"] {
    const [losing, gaining] = [new Set<string | null>(), new Set<string | null>()];
    for (const { asked, now, proposed } of this.#found.values()) {
      if (now.decision === true) losing.add(asked.user);
      if (proposed.decision === true) gaining.add(asked.user);
    }
    return { lose: losing.size, gain: gaining.size };
  }

  get changes(): ChangedDecisions[] {
    return [...this.#found.values()]
      .map(({ asked, now, proposed, decisions, scopes, last }) => {
        const { scope: _, ...question } = shown(asked);
        return { ...question, now, proposed, decisions, scopes: [...scopes], last };
      })
      .sort(by(({ user, permission, role }) => `${user ?? ""}\0${permission ?? role}`));
  }
}
