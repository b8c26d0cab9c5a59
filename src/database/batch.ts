/** Answers thousands of questions at one revision: the first part from needed rows, later parts from all structure. */
import { RbacError, UnknownName } from "../errors.ts";
import type { CompiledPolicy } from "../policy/compiled/compiled-policy.ts";
import type { Verdict } from "../policy/compiled/verdict.ts";
import type { BatchQuestion } from "../policy/evaluate/batch-lines.ts";
import { type Decision, decide, type Question } from "../policy/evaluate/decide.ts";
import { rowsForDecisions } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy, type PolicyIndex, withPeople } from "../policy/evaluate/policy-index.ts";
import { grouped } from "../policy/model/group-by.ts";
import { momentResolver, type ResolvedQuestion } from "../store/read/resolve-at.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { refusalOf } from "./strangers.ts";

/** A question, or the error of a line that is no question. */
export type AskedQuestion = Pick<BatchQuestion, "question" | "revision">;

export interface BatchOptions {
  /** The time of questions that name none. Those at this time or later are answered at the revision that is read. */
  readonly now?: string | undefined;
  /** True to refuse users whom the policy does not know, though it admits strangers. */
  readonly existing?: boolean;
  /** True for answers without evidence, at a tenth of the cost. */
  readonly brief?: boolean;
}

/** Loading this many assignments costs as much as reading the assignments of one question. */
const ASSIGNMENTS_PER_QUESTION = 4;

/** Answers the parts of a batch in sequence. */
export class Batch {
  readonly #reading: TransactionReads;
  readonly #resolve: (asked: AskedQuestion) => Promise<ResolvedQuestion>;
  readonly #brief: boolean;
  readonly #existing: boolean;
  /** Questions in the parts before this one. */
  #asked = 0;
  #index: PolicyIndex | undefined;
  #compiled: CompiledPolicy | undefined;
  #compiledWithPeople = false;

  constructor(reading: TransactionReads, { now, brief = false, existing = false }: BatchOptions) {
    this.#existing = existing;
    this.#reading = reading;
    this.#resolve = momentResolver(reading, now);
    this.#brief = brief;
  }

  /**
   * Answers in the order of the questions; a question without an answer gets its error. With `brief`, answers after the
   * first part may lack evidence.
   */
  async answer<T extends AskedQuestion>(
    asked: readonly T[],
  ): Promise<(T & { answer: Decision | Verdict | RbacError })[]> {
    const answers = new Map<T, Decision | Verdict | RbacError>();
    const resolved: (ResolvedQuestion & { line: T })[] = [];
    for (const line of asked) resolved.push({ line, ...(await this.#resolve(line)) });
    for (const [revision, group] of grouped(resolved, (one) => one.revision)) {
      const questions = group.flatMap(({ question }) => (question instanceof RbacError ? [] : [question]));
      const decider = await this.#decider(questions, revision);
      for (const { line, question } of group) {
        const answer = question instanceof RbacError ? question : this.#attempt(decider, question, revision);
        answers.set(line, answer instanceof Promise ? await answer : answer);
      }
    }
    this.#asked += asked.length;
    return asked.map((line) => ({ ...line, answer: answers.get(line) as Decision }));
  }

  /** The answer, or the error that there is instead. Only a user who is unknown has to be waited for. */
  #attempt(decider: Decider, question: Question, revision: number): Attempted | Promise<Attempted> {
    try {
      return decider(question);
    } catch (error) {
      const isUnknown = error instanceof UnknownName && error.named === "user" && !this.#existing;
      return isUnknown ? this.#asStranger(decider, question, error, revision) : this.#failure(error, revision);
    }
  }

  /** The answer to an unknown user as a stranger, where the policy admits some (rule 30). */
  async #asStranger(decider: Decider, question: Question, { missing }: UnknownName, revision: number) {
    const refusal = await refusalOf(this.#reading, question, missing, revision);
    if (refusal) return this.#failure(refusal, revision);
    return this.#reading.attempt(() => decider({ ...question, stranger: true }), revision);
  }

  #failure(error: unknown, revision: number): Attempted | Promise<Attempted> {
    return this.#reading.attempt(() => {
      throw error;
    }, revision);
  }

  /** Reads needed rows only for the first part, which may be the only one, and for the past, which is rarely asked. */
  async #decider(questions: readonly Question[], revision: number): Promise<Decider> {
    const reading = this.#reading;
    if (this.#asked === 0 || revision !== reading.revision) {
      const index = indexPolicy(await reading.load(rowsForDecisions(questions), revision));
      return (question) => decide(index, question);
    }
    return this.#brief ? this.#briefDecider(questions) : this.#fullDecider(questions);
  }

  async #fullDecider(questions: readonly Question[]): Promise<Decider> {
    this.#index ??= await this.#reading.structure();
    const index = withPeople(this.#index, await this.#people(questions));
    return (question) => decide(index, question);
  }

  /**
   * Reads assignments with the questions, until enough questions were asked that loading all assignments is cheaper.
   */
  async #briefDecider(questions: readonly Question[]): Promise<Decider> {
    if (!this.#compiledWithPeople && !(await this.#reading.hasAssignments(this.#asked * ASSIGNMENTS_PER_QUESTION))) {
      this.#compiled = await this.#reading.compiled(true);
      this.#compiledWithPeople = true;
    }
    this.#compiled ??= await this.#reading.compiled(false);
    const compiled = this.#compiled;
    if (this.#compiledWithPeople) return (question) => compiled.answer(question);
    const { user: users, assignment } = await this.#people(questions);
    const assignmentsOf = grouped(assignment.values(), (row) => row.user);
    return (question) => {
      const isKnown = question.user !== null && users.has(question.user);
      return compiled.answer(question, isKnown ? (assignmentsOf.get(question.user ?? "") ?? []) : undefined);
    };
  }

  #people(questions: readonly Question[]) {
    const users = [...new Set(questions.flatMap(({ user }) => user ?? []))];
    return this.#reading.load({ users, roles: "none" });
  }
}

type Attempted = Decision | Verdict | RbacError;
type Decider = (question: Question) => Decision | Verdict;
