/**
 * Which mutants the passing tests kill, without running one: a question is kept as the roles that it reaches and the
 * grants that count, and a grant that is taken away, flipped or widened is judged by these two sets alone. Where a
 * mutant changes who comes to which roles, only the questions that it can touch are answered again.
 */
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { reached } from "../evaluate/walk.ts";
import type { AnyGrant } from "../model/policy.ts";
import {
  askedPermission,
  type Counting,
  countingOf,
  counts,
  isAllowed,
  type RolesReached,
  rolesReached,
  type TestQuestion,
} from "./asked.ts";
import { ChangeKills } from "./change-kills.ts";
import type { Mutant } from "./mutants.ts";
import { mutatedIndex } from "./mutated.ts";
import { askedIn, type QuestionOutcome, type RefusalOutcome, type TestOutcome } from "./run-tests.ts";

/** What of a passing test its answer depends on. */
interface Kept {
  readonly outcome: QuestionOutcome;
  readonly asked: TestQuestion;
  readonly isYes: boolean;
  readonly standing: RolesReached | undefined;
  /** Of a question about a permission that is not denied outright. */
  readonly counting: Counting | undefined;
}

export class Kills {
  readonly #index: PolicyIndex;
  readonly #now: string;
  readonly #questions: readonly Kept[];
  readonly #changes: ChangeKills;
  /** By each role that is reached, on whatever scope. */
  readonly #byRole = new Map<string, Kept[]>();

  /** @param outcomes of tests of that policy; those that failed say nothing */
  constructor(index: PolicyIndex, outcomes: readonly TestOutcome[], now: string) {
    this.#index = index;
    this.#now = now;
    const passing = outcomes.filter(({ passed }) => passed);
    const changes = passing.filter((outcome): outcome is RefusalOutcome => "refusals" in outcome);
    this.#changes = new ChangeKills(index, changes, now);
    this.#questions = passing.flatMap((outcome) => ("refusals" in outcome ? [] : [this.#kept(outcome)]));
    for (const kept of this.#questions) {
      for (const role of new Set([...reached(index, kept.asked.asker)].map((reach) => reach.role))) {
        const known = this.#byRole.get(role);
        if (known) known.push(kept);
        else this.#byRole.set(role, [kept]);
      }
    }
  }

  /** True where some test that passes would fail on the mutant. */
  isKilled(mutant: Mutant): boolean {
    return (
      this.#touched(mutant).some((kept) => this.#kills(kept, mutant)) ||
      !this.#changes.killers(mutant)[Symbol.iterator]().next().done
    );
  }

  /** The first test that would fail on the mutant and not on the policy, for each that would. */
  killers(mutant: Mutant): TestOutcome[] {
    const questions = this.#touched(mutant).filter((kept) => this.#kills(kept, mutant));
    return [...questions.map(({ outcome }) => outcome), ...this.#changes.killers(mutant)];
  }

  #kept(outcome: QuestionOutcome): Kept {
    const { owner, ...asker } = askedIn(outcome.test, this.#now);
    const { scope } = asker;
    const { expected, subject } = outcome;
    const asked: TestQuestion =
      expected === "has"
        ? { asker, scope, role: subject }
        : askedPermission(this.#index, { ...asker, owner, permission: subject });
    const standing = rolesReached(this.#index, asked);
    const counting = standing && "permission" in asked ? countingOf(this.#index, asked, standing) : undefined;
    return { outcome, asked, isYes: expected !== "cannot", standing, counting };
  }

  /** The questions whose answer may be another on a mutant. */
  #touched({ from }: Mutant): readonly Kept[] {
    const { role, user } = from.row;
    if (from.kind === "everyone") return this.#questions;
    if (from.kind === "assignment") return this.#questions.filter(({ asked }) => asked.asker.user === user);
    if (from.kind === "constraint") return this.#questions.filter(({ asked }) => asked.asker.activate.length > 0);
    return this.#byRole.get(String(role)) ?? [];
  }

  #kills(kept: Kept, mutant: Mutant): boolean {
    const { kind } = mutant.from;
    if (kind === "grant" || kind === "conditional") return turnsOver(kept, mutant);
    return isAllowed(mutatedIndex(this.#index, mutant), kept.asked) !== kept.isYes;
  }
}

/** Whether another grant in the place of one gives another answer: no role is reached otherwise than before. */
function turnsOver({ asked, isYes, standing, counting }: Kept, { from, to }: Mutant): boolean {
  if (!standing || !counting || !("permission" in asked)) return false;
  const [before, after] = [from.row as unknown as AnyGrant, to?.row as unknown as AnyGrant | undefined];
  const isNew = after !== undefined && counts(after, asked);
  const isIn = (grants: ReadonlySet<AnyGrant>) => Number(grants.has(before));
  const reaches = after?.effect === "deny" ? standing.denying : standing.allowing;
  const gained = isNew && reaches.has(after.role) ? after.effect : undefined;
  const allows = counting.allows.size - isIn(counting.allows) + Number(gained === "allow");
  const denies = counting.denies.size - isIn(counting.denies) + Number(gained === "deny");
  return (allows > 0 && denies === 0) !== isYes;
}
