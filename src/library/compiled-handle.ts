/** The handle of a compiled policy, for programs that ask many questions. */
import { RbacError } from "../errors.ts";
import type { Decision, HasDecision, Question } from "../policy/evaluate/decide.ts";
import type { AtRevision } from "../policy/model/results.ts";
import type { LiveVerdict } from "../store/read/followed-policy.ts";
import { answerAll } from "./answer-all.ts";
import { answerEach } from "./answer-each.ts";
import { CompiledLists } from "./compiled-lists.ts";
import {
  answerFrom,
  answerOf,
  areTexts,
  type CanAnswer,
  type HasAnswer,
  hasAnswerFrom,
  isNow,
  normalized,
  notAtOnce,
  plainQuestion,
  questionOf,
  roleQuestionOf,
} from "./compiled-questions.ts";
import { clock, momentOf } from "./open-database.ts";
import { optionsOf } from "./options/arguments.ts";
import type { PermissionName, RoleName } from "./options/names.ts";
import {
  COMPILED_CAN,
  type CompiledCanOptions,
  type CompiledQuestion,
  HAS,
  type HasOptions,
} from "./options/read-options.ts";
import { LOGGING, type LoggingOptions } from "./values/log-options.ts";

/** A policy compiled for many questions. It is closed with its `Rbac`, or before. */
export class Compiled extends CompiledLists {
  /**
   * May the user do it? Every change that was committed before the question counts. Questions about the past, and those
   * with `explain`, are answered by the database.
   * @throws RbacError (exit 2) for an unknown name or option, (exit 4) if the database cannot answer.
   */
  async can<P extends PermissionName>(
    user: string | null,
    permission: P,
    options?: CompiledCanOptions<P>,
  ): Promise<CanAnswer> {
    return this.canSoon(user, permission, options);
  }

  /** `can`, without a promise where the database answers at once; its errors may be thrown. @internal */
  canSoon<P extends PermissionName>(
    user: string | null,
    permission: P,
    options?: CompiledCanOptions<P>,
  ): CanAnswer | Promise<CanAnswer> {
    this.requireOpen();
    const now = clock();
    const log = this.opened.decisions;
    if (options === undefined) {
      const question = areTexts(user, permission)
        ? plainQuestion(user, permission, now)
        : questionOf(user, permission, {}, now);
      if (!log) return this.#settled(this.#answer(question));
      return log.told({ question, now, how: {} }, () => this.#settled(this.#answer(question)), answerOf, this.place);
    }
    const { explain = false, ...how } = optionsOf(options, COMPILED_CAN);
    const moment = momentOf(how.at, now);
    if (isNow(moment, now) && !explain) {
      const question = questionOf(user, permission, how, moment.at);
      if (!log) return this.#settled(this.live.answer(question));
      return log.told({ question, now, how }, () => this.#settled(this.live.answer(question)), answerOf, this.place);
    }
    return this.opened.decide(
      how,
      (at) => questionOf(user, permission, how, at),
      (database, question) => database.can([question]),
      (decision: Decision, revision) => answerFrom(decision, revision, explain),
    );
  }

  /**
   * Does the user hold the role: by assignment, inheritance or everyone? The answer of `Rbac.has`, without evidence.
   * @throws RbacError as `can` does.
   */
  async has(user: string | null, role: RoleName, options: HasOptions & LoggingOptions = {}): Promise<HasAnswer> {
    return this.hasSoon(user, role, options);
  }

  /** `has` as `canSoon` is `can`. @internal */
  hasSoon(
    user: string | null,
    role: RoleName,
    options: HasOptions & LoggingOptions = {},
  ): HasAnswer | Promise<HasAnswer> {
    this.requireOpen();
    const [how, now] = [optionsOf(options, [...HAS, ...LOGGING]), clock()];
    const moment = momentOf(how.at, now);
    if (isNow(moment, now)) {
      const question = roleQuestionOf(user, role, how, moment.at);
      const log = this.opened.decisions;
      const ask = () => this.#settled(this.live.answer(question));
      const give = (verdict: LiveVerdict) => hasAnswerFrom(verdict, verdict.revision);
      if (log) return log.told({ question, now, how }, ask, give, this.place);
      const verdict = ask();
      return verdict instanceof Promise ? verdict.then(give) : give(verdict);
    }
    return this.opened.decide(
      how,
      (at) => roleQuestionOf(user, role, how, at),
      (database, question) => database.has([question]),
      (decision: HasDecision, revision) => hasAnswerFrom(decision, revision),
    );
  }

  /**
   * Answers many questions, in their order, all as of one revision, which one statement reads. Those about the past
   * must be about one moment.
   * @throws RbacError as `can` does, for the first question that has no answer: its message begins `question N: `,
   * where N counts from 1.
   */
  async all(questions: readonly CompiledQuestion[]): Promise<AtRevision<{ answers: CanAnswer[] }>> {
    this.requireOpen();
    return this.#settled(answerAll(this.opened, this.live, questions, this.place));
  }

  /**
   * `all`, but what is wrong with a question is told in its place, and only the first few unknown names with
   * suggestions. No question may be about the past. @internal
   */
  async each(questions: readonly CompiledQuestion[]): Promise<AtRevision<{ answers: (CanAnswer | RbacError)[] }>> {
    this.requireOpen();
    return this.#settled(answerEach(this.opened, this.live, questions, this.place));
  }

  /**
   * The answer of `can` without a promise, where the database is in this process: a file of SQLite, or in memory. What
   * other processes committed before counts here as well.
   * @throws RbacError `NOT_AT_ONCE` (exit 2) for a database on a server, the past, and `explain`; `DATABASE_LOCKED`
   * (exit 4, to be tried again) for a database in memory in the middle of a change; else as `can` does.
   */
  canSync<P extends PermissionName>(
    user: string | null,
    permission: P,
    options: CompiledCanOptions<P> = {},
  ): CanAnswer {
    this.requireOpen();
    const { explain, ...how } = optionsOf(options, COMPILED_CAN);
    const now = clock();
    const moment = momentOf(how.at, now);
    if (explain) throw notAtOnce("evidence");
    if (!isNow(moment, now)) throw notAtOnce("the past");
    const isPlain = Object.keys(how).length === 0 && areTexts(user, permission);
    const question = isPlain
      ? plainQuestion(user, permission, moment.at)
      : questionOf(user, permission, how, moment.at);
    const log = this.opened.decisions;
    if (!log) return this.#answerAtOnce(question);
    return log.told({ question, now, how }, () => this.#answerAtOnce(question), answerOf, this.place);
  }

  /**
   * A fast path that does not parse names: known names are in normal form. Only if a name is unknown the question is
   * parsed, and asked again if that changed a name.
   */
  #answer(asked: Question): LiveVerdict | Promise<LiveVerdict> {
    const answer = this.live.answer(asked);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error) => {
      const question = normalized(asked);
      if (!question) throw error;
      return this.live.answer(question);
    });
  }

  /** The same without a promise. */
  #answerAtOnce(asked: Question): LiveVerdict {
    try {
      return this.live.answerAtOnce(asked);
    } catch (error) {
      const question = normalized(asked);
      if (!question) throw error;
      return this.live.answerAtOnce(question);
    }
  }

  /** An answer; an error of a handle that was closed meanwhile says so. */
  #settled<T>(answer: T | Promise<T>): T | Promise<T> {
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      if (!(error instanceof RbacError)) this.requireOpen(error);
      throw error;
    });
  }
}
