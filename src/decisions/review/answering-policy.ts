/** A compiled policy that is asked what lines of a log asked, and changes as the record says. */
import { RbacError, UnknownName } from "../../errors.ts";
import type { CompiledPolicy } from "../../policy/compiled/compiled-policy.ts";
import type { Verdict } from "../../policy/compiled/verdict.ts";
import { type Change, inverse } from "../../policy/model/change.ts";
import type { AskedAgain } from "./asked-again.ts";

/** What a line is answered: a verdict, or the code of an error. */
export type CertainAnswer = Verdict | { readonly error: string };

export class AnsweringPolicy {
  readonly #compiled: CompiledPolicy;
  /** How often a name of a user was taken away: no stranger may have one that was (rule 30). */
  readonly #removals = new Map<string, number>();
  /** Names of askers who were found to be no users. */
  readonly #strangers = new Set<string>();
  #conditionals: number;

  /** @param known of what the compiled policy has already: how many conditional grants, and names that were users */
  constructor(
    compiled: CompiledPolicy,
    known: { readonly conditionals?: number; readonly gone?: Iterable<string> } = {},
  ) {
    this.#compiled = compiled;
    this.#conditionals = known.conditionals ?? 0;
    for (const user of known.gone ?? []) this.#removals.set(user, 1);
  }

  apply(change: Change): void {
    this.#make(change);
    if (change.kind === "user.remove") this.#countRemoval(change.user, 1);
  }

  /** Makes what was before the last change that was applied. */
  takeBack(change: Change): void {
    this.#make(inverse(change));
    if (change.kind === "user.remove") this.#countRemoval(change.user, -1);
  }

  #make(change: Change): void {
    this.#compiled.apply([change]);
    if (change.kind === "conditional.add") this.#conditionals += 1;
    else if (change.kind === "conditional.remove") this.#conditionals -= 1;
    else if (change.kind === "user.add") this.#strangers.delete(change.user);
  }

  #countRemoval(user: string, more: number): void {
    this.#removals.set(user, (this.#removals.get(user) ?? 0) + more);
  }

  #isGone(user: string | null): boolean {
    return (this.#removals.get(user ?? "") ?? 0) > 0;
  }

  /**
   * What a line is answered; `open` where that depends on values which the log does not have.
   * @param at the time for which was asked
   */
  answer(asked: AskedAgain, at: string): CertainAnswer | "open" {
    if (asked.lacksTime && this.#conditionals > 0) return "open";
    const verdict = this.#attempt(asked, at, asked.user !== null && this.#strangers.has(asked.user));
    return asked.lacksValues && "reason" in verdict && isOpen(verdict) ? "open" : verdict;
  }

  #attempt(asked: AskedAgain, at: string, isStranger: boolean): CertainAnswer {
    const { user, topic, isRole, scope, owner, activate, assume, existing, given } = asked;
    if (isStranger && this.#isGone(user)) return { error: "USER_GONE" };
    if (isStranger && !this.#admits(asked)) return { error: "USER_NOT_FOUND" };
    const stranger = isStranger && { stranger: true };
    const asker = { user, at, activate, assume, existing, ...(given && { given }), ...stranger };
    try {
      return isRole
        ? this.#compiled.holds({ ...asker, role: topic, scope })
        : this.#compiled.answer({ ...asker, permission: topic, owner, scope });
    } catch (error) {
      if (!(error instanceof RbacError)) throw error;
      const isUnknownUser = error instanceof UnknownName && error.named === "user";
      if (!isUnknownUser || isStranger || user === null) return { error: error.code };
      this.#strangers.add(user);
      return this.#attempt(asked, at, true);
    }
  }

  #admits({ existing, strangers }: AskedAgain): boolean {
    return !existing && (strangers || this.#compiled.admitsStrangers);
  }
}

/** True for an answer that waits for values. A yes may wait for them below its scope, and is a yes all the same. */
const isOpen = ({ reason }: Verdict): boolean => reason === "condition";
