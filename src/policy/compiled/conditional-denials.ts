/** The conditional denies below a target: those that are true add to the `except` of a yes, the others are `unless`. */
import { residualOf } from "../conditions/condition.ts";
import { type Unless, unlessOf } from "../evaluate/judged-paths.ts";
import { isOpen } from "../evaluate/walk.ts";
import { covers, deeper, type Scope } from "../model/scopes.ts";
import type { HoldingListener } from "./assignment-table.ts";
import type { ConditionalQuestion } from "./conditional-state.ts";
import { type ConditionalGroup, type ConditionalTable, REACHES_DENY } from "./conditional-table.ts";

export class ConditionalDenials implements HoldingListener {
  /** A deny below one that was found says nothing more, but any other holding may. */
  readonly isSettled = false;
  /** The scopes on which a deny is true. */
  readonly denied = new Set<Scope>();
  readonly #tables: ConditionalTable;
  readonly #question: ConditionalQuestion;
  readonly #groups: readonly ConditionalGroup[];
  readonly #undecided: Parameters<typeof unlessOf>[0][number][] = [];

  constructor(tables: ConditionalTable, question: ConditionalQuestion, groups: readonly ConditionalGroup[]) {
    this.#tables = tables;
    this.#question = question;
    this.#groups = groups;
  }

  addHolding(role: number, scope: Scope, from: string | null, until: string | null): void {
    const { own, target, facts, patterns, at } = this.#question;
    if ((from !== null || until !== null) && !isOpen({ from, until }, at)) return;
    for (const group of this.#groups) {
      const denied = deeper(scope, group.scope);
      // What denies on the target itself was found to be false, or the answer would be no yes.
      if (denied === undefined || denied === target || !covers(target, denied)) continue;
      for (const conditional of this.#tables.reachedBy(group, role, REACHES_DENY)) {
        if (!conditional.isDeny || (conditional.isOwn && !own) || conditional.leavesOut(patterns)) continue;
        const { condition } = conditional;
        const residual = condition === null || residualOf(condition, facts);
        if (residual === true) this.denied.add(denied);
        else if (residual !== false) this.#undecided.push({ path: { scope: denied }, residual });
      }
    }
  }

  get unless(): Unless[] {
    return unlessOf(this.#undecided);
  }
}
