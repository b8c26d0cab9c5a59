/** What the handles of one open database share: the database, who writes, and whether it is still open. */
import type { Database } from "../database/database.ts";
import { decidingOf } from "../decisions/deciding-of.ts";
import { Decisions, type Logging, type WithId } from "../decisions/decisions.ts";
import { RbacError, unavailable, wrong } from "../errors.ts";
import { checkedKey } from "../files/audit-key.ts";
import type { Decision, HasDecision, Question, RoleQuestion } from "../policy/evaluate/decide.ts";
import type { AtRevision } from "../policy/model/results.ts";
import { type Moment, parseAsked } from "../policy/model/times.ts";
import { isNow } from "./compiled-questions.ts";
import type { ReadOptions } from "./options/arguments.ts";
import type { OPEN } from "./options/options.ts";

/** The last reading of the clock and its text. */
let lastReading = { millisecond: 0, text: "" };

/**
 * The current time, RFC 3339 UTC with milliseconds. The text is cached for its millisecond: many questions share one,
 * and formatting takes as long as an answer.
 */
export function clock(): string {
  const millisecond = Date.now();
  if (lastReading.millisecond !== millisecond) lastReading = { millisecond, text: new Date(millisecond).toISOString() };
  return lastReading.text;
}

/** The moment that is asked about: the option `at`, or now. @throws RbacError `TIME_INVALID` (exit 2). */
export const momentOf = (at: string | undefined, now: string): Moment =>
  at === undefined ? { at: now } : parseAsked(at, now);

type OpenHow = ReadOptions<(typeof OPEN)[number]>;

export class OpenDatabase {
  readonly #database: Database;
  readonly #owned = new Set<{ close(): Promise<void> }>();
  #isClosed = false;
  readonly mode: "read" | "write";
  readonly actor: string | undefined;
  readonly osUser: string | undefined;
  readonly wait: number | undefined;
  readonly auditKey: Uint8Array | undefined;
  readonly decisions: Decisions | undefined;

  constructor(database: Database, { actor, osUser, wait, auditKey, mode, decisions }: OpenHow) {
    this.#database = database;
    this.mode = mode === "read" ? "read" : "write";
    this.actor = actor;
    this.osUser = osUser;
    this.wait = wait;
    this.auditKey = auditKey && checkedKey(auditKey, "the audit key");
    this.decisions = decisions && new Decisions(decisions);
  }

  /**
   * Works with the database. @throws RbacError `CLOSED` (exit 2) if the handle is closed, or is closed meanwhile.
   */
  async use<T>(work: (database: Database) => Promise<T>): Promise<T> {
    this.requireOpen();
    try {
      return await work(this.#database);
    } catch (error) {
      if (this.#isClosed && !(error instanceof RbacError)) throw closed(error);
      throw error;
    }
  }

  /** Works with the database as it was at a time, or is, and the time at which to judge windows (rule 11). */
  useAt<T>(at: string | undefined, work: (database: Database, at: string) => Promise<T>): Promise<T> {
    return this.use(async (database) => {
      const now = clock();
      if (at === undefined) return work(database, now);
      const asked = await database.asOf(parseAsked(at, now), now);
      return work(asked.database, asked.at);
    });
  }

  /**
   * Decides by the database, and logs what is decided of the present or a time to come.
   * @param give what the caller makes of the decision
   */
  decide<Q extends Question | RoleQuestion, D extends Decision | HasDecision, T extends object>(
    { at: asked, ...how }: Logging & { readonly at?: string | undefined },
    questionAt: (at: string) => Q,
    ask: (database: Database, question: Q) => Promise<AtRevision<{ decisions: D[] }>>,
    give: (decision: D, revision: number) => T,
  ): Promise<WithId<T>> {
    return this.useAt(asked, async (database, at) => {
      const now = asked === undefined ? at : clock();
      const question = questionAt(at);
      const log = isNow(momentOf(asked, now), now) ? this.decisions : undefined;
      if (!log) {
        const { decisions, revision } = await ask(database, question);
        return give(decisions[0] as D, revision);
      }
      let place = { databaseId: null as string | null, revision: null as number | null };
      const decided = async () => {
        place = await database.read(async (reading) => {
          return { databaseId: await reading.databaseId(), revision: reading.revision };
        });
        const { decisions, revision } = await ask(database, question);
        const decision = decisions[0] as D;
        const { allowed, reason } = decision;
        const trace = log.keeps(allowed) ? { db: place.databaseId, deciding: decidingOf(decision) } : undefined;
        return { allowed, reason, revision, trace, decision };
      };
      return log.told(
        { question, now, how },
        decided,
        ({ decision, revision }) => give(decision, revision),
        () => place,
      );
    });
  }

  /** Takes over something to be closed before the database, until it is let go of. */
  own(closable: { close(): Promise<void> }): void {
    this.#owned.add(closable);
  }

  letGoOf(closable: { close(): Promise<void> }): void {
    this.#owned.delete(closable);
  }

  requireOpen(): void {
    if (this.#isClosed) throw closed();
  }

  /** @throws RbacError `CLOSED` (exit 2), `DATABASE_READONLY` (exit 4). */
  requireWritable(): void {
    this.requireOpen();
    if (this.mode === "read") throw unavailable("DATABASE_READONLY", "this handle was opened only to read");
  }

  /** Closes the database and what was compiled from it, once. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const closable of this.#owned) await closable.close();
    try {
      await this.#database.close();
    } finally {
      this.decisions?.close();
    }
  }
}

const closed = (cause?: unknown) => wrong("CLOSED", "this handle is closed: open another", { cause });
