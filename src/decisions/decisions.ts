/** The log of the decisions of an open database: what a program sees of it, and what calls tell it. */
import { RbacError, wrong } from "../errors.ts";
import type { Question, Reason, RoleQuestion } from "../policy/evaluate/decide.ts";
import type { Trace } from "../store/read/followed-policy.ts";
import { DecisionLog, type LogOptions } from "./decision-log.ts";
import { saidOfDeciding, saidOfQuestion } from "./said.ts";

/** How a question is logged. */
export interface Logging {
  readonly requestId?: string | undefined;
  readonly log?: boolean | "later" | undefined;
}

/** A question on its way: what was asked, when, and how it is logged. */
export interface Logged {
  readonly question: Question | RoleQuestion;
  readonly now: string;
  readonly how: Logging;
}

/** What was decided. Without a trace it is not logged. */
interface Decided {
  readonly allowed: boolean;
  readonly reason: Reason;
  readonly revision: number;
  readonly trace?: Trace | undefined;
}

/** Where a question without an answer was asked. */
export type AskedPlace = { readonly databaseId: string | null; readonly revision: number | null } | undefined;

const LONGEST_ID = 128;

export class Decisions {
  readonly #log: DecisionLog;
  /** What logs each answer that may be logged later, or each error. */
  readonly #later = new WeakMap<object, () => string | undefined>();

  /** @internal */
  constructor(options: LogOptions) {
    this.#log = new DecisionLog(options);
  }

  /** The file that they are appended to. */
  get file(): string {
    return this.#log.options.file;
  }

  /** How many decisions should have been logged, and were not. */
  get dropped(): number {
    return this.#log.dropped;
  }

  /**
   * Logs what was asked with `log: "later"`, once.
   * @param answer as it was given, or the error that was thrown
   * @returns the id of its line; `undefined` where it has none
   * @throws RbacError `DECISION_UNLOGGED` (exit 4) with `full: "deny"`.
   */
  keep(answer: object): string | undefined {
    if (typeof answer !== "object" || answer === null) throw wrong("VALUE_INVALID", "say which answer to log");
    // The error of one of many questions says which it is, and has that of the question as its cause.
    const key = answer instanceof RbacError && !this.#later.has(answer) ? answer.cause : answer;
    if (typeof key !== "object" || key === null) return undefined;
    const log = this.#later.get(key);
    this.#later.delete(key);
    return log?.();
  }

  /** Writes what waits to the file now: it is written within a second, too, and when the program ends. */
  flush(): void {
    this.#log.flush();
  }

  /** @internal */
  close(): void {
    this.#log.close();
  }

  /** Whether a decision is to be traced, since it is logged. @internal */
  readonly keeps = (allowed: boolean): boolean => this.#log.keeps(allowed ? "allow" : "deny");

  /**
   * What a call gives, logged.
   * @param ask asks the question @param give makes the answer of the caller
   * @param place where the question was asked, for one without an answer
   * @internal
   */
  told<D extends Decided, T extends object>(
    asked: Logged,
    ask: () => D,
    give: (decided: D) => T,
    place: () => AskedPlace,
  ): WithId<T>;
  /** @internal */
  told<D extends Decided, T extends object>(
    asked: Logged,
    ask: () => D | Promise<D>,
    give: (decided: D) => T,
    place: () => AskedPlace,
  ): WithId<T> | Promise<WithId<T>>;
  told<D extends Decided, T extends object>(
    asked: Logged,
    ask: () => D | Promise<D>,
    give: (decided: D) => T,
    place: () => AskedPlace,
  ): WithId<T> | Promise<WithId<T>> {
    const begun = performance.now();
    const answered = (decided: D) => this.logged(asked, decided, give(decided), performance.now() - begun);
    const refuse = (error: unknown): never => {
      this.failed(asked, error, place(), performance.now() - begun);
      throw error;
    };
    let answer: D | Promise<D>;
    try {
      answer = ask();
    } catch (error) {
      return refuse(error);
    }
    return answer instanceof Promise ? answer.then(answered, refuse) : answered(answer);
  }

  /** An answer, with the id of its line where it has one. @internal */
  logged<T extends object>(asked: Logged, decided: Decided, answer: T, took?: number): WithId<T> {
    const { how } = asked;
    const { allowed, reason, revision, trace } = decided;
    if (!trace || how.log === false) return answer;
    const add = () =>
      this.#log.add(
        `${this.#said(asked, trace.db, revision, took)},"decision":${allowed},"reason":"${reason}"${
          trace.deciding ? saidOfDeciding(trace.deciding) : ""
        }`,
      );
    if (how.log === "later") this.#later.set(answer, add);
    else {
      const id = add();
      if (id !== undefined) (answer as { id?: string }).id = id;
    }
    return answer;
  }

  /**
   * Logs a question without an answer. What names nothing that could be asked is no question, nor is a late call.
   * @internal
   */
  failed(asked: Logged, error: unknown, place: AskedPlace, took?: number): void {
    const { how } = asked;
    if (!(error instanceof RbacError) || error.code === "CLOSED" || how.log === false) return;
    if (!this.#log.keeps("error")) return;
    const { code, exitCode } = error;
    const at = exitCode === 4 ? undefined : place;
    const add = () => {
      try {
        const said = this.#said(asked, at?.databaseId ?? null, at?.revision ?? null, took);
        return this.#log.add(`${said},"error":"${code}"`);
      } catch {
        return undefined;
      }
    };
    if (how.log === "later") this.#later.set(error, add);
    else add();
  }

  /** The fields of a line but its answer. */
  #said({ question, now, how }: Logged, db: string | null, revision: number | null, took: number | undefined): string {
    let said = `"at":"${now}","db":${db === null ? "null" : `"${db}"`},"revision":${revision}`;
    if (took !== undefined) said += `,"us":${Math.round(took * 1_000)}`;
    if (how.requestId !== undefined) said += `,"requestId":${JSON.stringify(how.requestId.slice(0, LONGEST_ID))}`;
    return said + saidOfQuestion(question, now, this.#log.options.logGiven);
  }
}

/** An answer that was logged has the id of its line, so that other logs can name it. */
export type WithId<T> = T & { readonly id?: string };
