/** The conditional grants that bear on one question, judged as its holdings come in. */
import { type Residual, residualOf } from "../conditions/condition.ts";
import type { Facts } from "../conditions/given.ts";
import { isOpen } from "../evaluate/walk.ts";
import { covers, type Scope } from "../model/scopes.ts";
import type { HoldingListener } from "./assignment-table.ts";
import {
  type CompiledConditional,
  type ConditionalGroup,
  type ConditionalTable,
  REACHES_ALLOW,
  REACHES_DENY,
} from "./conditional-table.ts";

/** What is asked of conditional grants. */
export interface ConditionalQuestion {
  /** The root tables of the patterns that cover the permission. */
  readonly patterns: readonly number[];
  /** True for a question as the owner. */
  readonly own: boolean;
  readonly target: Scope;
  readonly facts: Facts;
  readonly at: string;
  /** The roles through which paths may allow (rule 6); `undefined` without a session. */
  readonly session: readonly number[] | undefined;
}

/** Counts questions, so that each judges a grant once. */
let lastQuestion = 0;

export class ConditionalState implements HoldingListener {
  isAllowed: boolean;
  isDenied = false;
  readonly #tables: ConditionalTable;
  readonly #question: ConditionalQuestion;
  readonly #groups: readonly ConditionalGroup[];
  readonly #number: number;
  readonly #openAllows: CompiledConditional[] = [];
  readonly #openDenies: CompiledConditional[] = [];

  /** @param groups those whose scope covers the target @param allowed true where a plain grant allows */
  constructor(
    tables: ConditionalTable,
    question: ConditionalQuestion,
    groups: readonly ConditionalGroup[],
    allowed: boolean,
  ) {
    this.#tables = tables;
    this.#question = question;
    this.#groups = groups;
    this.isAllowed = allowed;
    lastQuestion += 1;
    this.#number = lastQuestion;
  }

  addHolding(role: number, scope: Scope, from: string | null, until: string | null): void {
    const { at, target, session } = this.#question;
    if ((from !== null || until !== null) && !isOpen({ from, until }, at)) return;
    // A path covers the target if assignment and grant both cover it (rule 2).
    if (scope !== null && !covers(scope, target)) return;
    if (!session) this.#judge(role, REACHES_ALLOW | REACHES_DENY);
    else {
      this.#judge(role, REACHES_DENY);
      for (const sessionRole of session)
        if (this.#tables.roles.reaches(role, sessionRole)) this.#judge(sessionRole, REACHES_ALLOW);
    }
  }

  /** True when no further holding can change the answer: a deny is true. */
  get isSettled(): boolean {
    return this.isDenied;
  }

  /** True where nothing that is not known could change the answer. */
  get isDecided(): boolean {
    return this.#openDenies.length === 0 && (this.isAllowed || this.#openAllows.length === 0);
  }

  /** True where something allows, or may. */
  get mayAllow(): boolean {
    return this.isAllowed || this.#openAllows.length > 0;
  }

  /** What is left of the conditions that allow. */
  get allows(): Residual[] {
    return this.isAllowed ? [true] : this.#residuals(this.#openAllows);
  }

  /** What is left of those that deny. */
  get denies(): Residual[] {
    return this.#residuals(this.#openDenies);
  }

  #residuals(conditionals: readonly CompiledConditional[]): Residual[] {
    return conditionals.map(({ condition }) => condition === null || residualOf(condition, this.#question.facts));
  }

  /** Judges what a role reaches. @param bits the effects that count */
  #judge(role: number, bits: number): void {
    const { own, facts, patterns } = this.#question;
    for (const group of this.#groups)
      for (const conditional of this.#tables.reachedBy(group, role, bits)) {
        if (conditional.judgedBy === this.#number) continue;
        if (((conditional.isDeny ? REACHES_DENY : REACHES_ALLOW) & bits) === 0 || (conditional.isOwn && !own)) continue;
        conditional.judgedBy = this.#number;
        if (!conditional.isDeny && this.isAllowed) continue;
        if (conditional.leavesOut(patterns)) continue;
        const truth = conditional.truth(facts);
        if (truth === false) continue;
        if (conditional.isDeny) {
          if (truth) this.isDenied = true;
          else this.#openDenies.push(conditional);
        } else if (truth) this.isAllowed = true;
        else this.#openAllows.push(conditional);
      }
  }
}
