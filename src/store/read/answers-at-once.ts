/**
 * Answers of a live policy without a promise, where its database is in this process: it looks for what was committed,
 * and applies it, before the call returns.
 */
import { unavailable, wrong } from "../../errors.ts";
import type { Connection, InProcess } from "../engine/connection.ts";
import { withTranslatedErrors } from "../engine/driver-errors.ts";
import { atOnce, runningBy } from "../sql/steps.ts";
import { type Assignments, type CurrentHoldings, type CurrentRevision, RevisionReader } from "./current-revision.ts";
import type { FollowedPolicy, LiveQuestion, LiveVerdict } from "./followed-policy.ts";
import { refusingStranger } from "./strangers.ts";
import { suggestingFor } from "./suggestions.ts";

export class AnswersAtOnce {
  readonly #connection: Connection;
  readonly #inProcess: InProcess;
  readonly #policy: FollowedPolicy;
  readonly #reader: RevisionReader;

  /** @throws RbacError `NOT_AT_ONCE` (exit 2) for a database on a server. */
  constructor(connection: Connection, policy: FollowedPolicy, assignments: Assignments) {
    if (!connection.inProcess)
      throw wrong("NOT_AT_ONCE", "a database on a server does not answer at once: ask can, which gives a promise");
    this.#connection = connection;
    this.#inProcess = connection.inProcess;
    this.#policy = policy;
    this.#reader = new RevisionReader(connection, assignments);
  }

  /**
   * @throws UnknownName (exit 2); RbacError `DATABASE_LOCKED` (exit 4) where another revision cannot be read, since a
   * transaction is open on the same connection.
   */
  answer(question: LiveQuestion): LiveVerdict {
    return withTranslatedErrors(this.#connection.name, () => {
      const current = this.#reader.readOne(question.user);
      // At the revision that is known, an open transaction has changed nothing yet: a change begins with its revision.
      if (this.#policy.isAt(current)) {
        try {
          return this.#policy.decide(question, current.held);
        } catch {
          // The answer below is of one snapshot, and so is what it says of names.
        }
      }
      if (this.#inProcess.isInTransaction()) throw isOpen(this.#connection.name);
      return this.#inProcess.inSnapshot(() => this.#answerInSnapshot(question));
    });
  }

  #answerInSnapshot(question: LiveQuestion): LiveVerdict {
    const current = this.#reader.readOne(question.user);
    this.#updateTo(current);
    try {
      return this.#policy.decide(question, current.held);
    } catch (error) {
      return this.#answerUnknown(question, current, error);
    }
  }

  #answerUnknown(question: LiveQuestion, { held }: CurrentHoldings, error: unknown): LiveVerdict {
    const { db } = this.#connection;
    const name = this.#policy.strangerIn(question, error);
    const refusal = name === undefined ? error : atOnce(refusingStranger(this.#connection, name));
    if (refusal) throw atOnce(suggestingFor({ db, run: runningBy(this.#connection) }, refusal));
    this.#policy.keepStrangers(name === undefined ? [] : [name]);
    return this.#policy.decide(question, held);
  }

  #updateTo(current: CurrentRevision): void {
    if (this.#policy.isAt(current)) return;
    if (this.#policy.isBefore(current)) atOnce(this.#policy.catchUp(this.#connection, current.revision));
    if (!this.#policy.isAt(current)) atOnce(this.#policy.load(this.#connection));
  }
}

const isOpen = (name: string) =>
  unavailable("DATABASE_LOCKED", `${name}: something else is being read or written: try again, or ask can`, {
    retry: true,
  });
