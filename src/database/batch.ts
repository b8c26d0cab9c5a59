/** Questions by the thousand, all of one moment: a few are answered from a slice, more from structure that is loaded once. */
import { RbacError, UnknownName } from "../errors.ts";
import type { CompiledPolicy, Verdict } from "../policy/compiled/compiled-policy.ts";
import type { BatchQuestion } from "../policy/evaluate/batch-lines.ts";
import { type Decision, decide, type Question } from "../policy/evaluate/decide.ts";
import { rowsForDecisions } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy, type PolicyIndex, withPeople } from "../policy/evaluate/policy-index.ts";
import { grouped } from "../policy/model/group-by.ts";
import { momentResolver, type ResolvedQuestion } from "../store/read/resolve-at.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";

/** A question, or why a line is none. */
export type AskedQuestion = Pick<BatchQuestion, "question" | "revision">;

export interface BatchOptions {
  /** The moment of questions that name none: those are answered by what is read, whatever it says. */
  readonly now?: string | undefined;
  /** True for answers without their evidence, which cost a tenth. */
  readonly brief?: boolean;
}

/** So many assignments for each question cost as much to read at once as with the questions. */
const WORTH = 4;
/** Names that are not there are looked up no further than this: each costs as much as many questions. */
const SUGGESTED = 100;

/** Answers one part of a batch after the other. */
export class Batch {
  readonly #reading: TransactionReads;
  readonly #turn: (asked: AskedQuestion) => Promise<ResolvedQuestion>;
  readonly #brief: boolean;
  #asked = 0;
  #unknown = 0;
  #index: PolicyIndex | undefined;
  #compiled: CompiledPolicy | undefined;
  #holdsPeople = false;

  constructor(reading: TransactionReads, { now, brief = false }: BatchOptions) {
    this.#reading = reading;
    this.#turn = momentResolver(reading, now);
    this.#brief = brief;
  }

  /** What cannot be answered comes back as its error, in its place. With `brief`, later parts come back without evidence. */
  async answer<T extends AskedQuestion>(
    asked: readonly T[],
  ): Promise<(T & { answer: Decision | Verdict | RbacError })[]> {
    const answers = new Map<T, Decision | Verdict | RbacError>();
    const turned: (ResolvedQuestion & { one: T })[] = [];
    for (const one of asked) turned.push({ one, ...(await this.#turn(one)) });
    for (const [revision, group] of grouped(turned, (one) => one.revision)) {
      const sound = group.flatMap(({ question }) => (question instanceof RbacError ? [] : [question]));
      const decider = await this.#decider(sound, revision);
      for (const { one, question } of group) {
        const answer = question instanceof RbacError ? question : attempted(decider, question);
        answers.set(one, answer instanceof UnknownName ? await this.#suggested(answer) : answer);
      }
    }
    this.#asked += asked.length;
    return asked.map((one) => ({ ...one, answer: answers.get(one) as Decision }));
  }

  /** The first part may be all there is, and what is past is rarely asked: both read no more than they need. */
  async #decider(questions: readonly Question[], revision: number): Promise<Decider> {
    const reading = this.#reading;
    if (this.#asked === 0 || revision !== reading.revision) {
      const index = indexPolicy(await reading.load(rowsForDecisions(questions), revision));
      return (question) => decide(index, question);
    }
    return this.#brief ? this.#briefly(questions) : this.#fully(questions);
  }

  async #fully(questions: readonly Question[]): Promise<Decider> {
    this.#index ??= await this.#reading.structure();
    const index = withPeople(this.#index, await this.#people(questions));
    return (question) => decide(index, question);
  }

  /** People are read with the questions, until there were so many questions that all of them are worth loading. */
  async #briefly(questions: readonly Question[]): Promise<Decider> {
    if (!this.#holdsPeople && !(await this.#reading.hasAssignments(this.#asked * WORTH))) {
      this.#compiled = await this.#reading.compiled(true);
      this.#holdsPeople = true;
    }
    this.#compiled ??= await this.#reading.compiled(false);
    const compiled = this.#compiled;
    if (this.#holdsPeople) return (question) => compiled.answer(question);
    const { user: users, assignment } = await this.#people(questions);
    const held = grouped(assignment.values(), (row) => row.user);
    return (question) => {
      const there = question.user !== null && users.has(question.user);
      return compiled.answer(question, there ? (held.get(question.user ?? "") ?? []) : undefined);
    };
  }

  #people(questions: readonly Question[]) {
    const users = [...new Set(questions.flatMap(({ user }) => user ?? []))];
    return this.#reading.load({ users, roles: "none" });
  }

  async #suggested(error: UnknownName): Promise<UnknownName> {
    if (this.#unknown >= SUGGESTED) return error;
    this.#unknown += 1;
    return this.#reading.suggest(error);
  }
}

type Decider = (question: Question) => Decision | Verdict;

/** The decision, or the error that says why there is none. */
function attempted(decider: Decider, question: Question): Decision | Verdict | RbacError {
  try {
    return decider(question);
  } catch (error) {
    if (error instanceof RbacError) return error;
    throw error;
  }
}
