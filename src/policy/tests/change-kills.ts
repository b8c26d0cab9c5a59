/** Which mutants the tests of changes kill: each is run on those mutants that can touch it, and on no others. */
import { RbacError } from "../../errors.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { withoutOwn } from "../model/names.ts";
import { patternContains } from "../model/patterns.ts";
import type { Policy } from "../model/policy.ts";
import { closure, heirsIn, parentsIn } from "../model/role-graph.ts";
import { isPersonal, rolesNamed } from "../rules/constraint-violations.ts";
import { ESCALATE } from "../rules/delegable-rights.ts";
import { isGuarded } from "../rules/guard.ts";
import type { Mutant } from "./mutants.ts";
import { mutatedPolicy } from "./mutated.ts";
import type { ChangeTest } from "./refusals-of-change.ts";
import { changePasses, type RefusalOutcome } from "./run-tests.ts";

export class ChangeKills {
  readonly #index: PolicyIndex;
  readonly #now: string;
  readonly #changes: readonly RefusalOutcome[];
  /** The roles that matter to a change of whomever: constraints count their holders, or they may repair the policy. */
  readonly #common: ReadonlySet<string>;
  readonly #rolesOf = new Map<ChangeTest, ReadonlySet<string>>();

  constructor(index: PolicyIndex, changes: readonly RefusalOutcome[], now: string) {
    this.#index = index;
    this.#now = now;
    this.#changes = changes;
    const { policy } = index;
    const counted = [...policy.constraint.values()].filter((row) => !isPersonal(row)).flatMap(rolesNamed);
    const escalating = isGuarded(policy)
      ? [...index.grants].flatMap(([role, byPattern]) => ([...byPattern.keys()].some(coversEscalation) ? [role] : []))
      : [];
    this.#common = closure([...counted, ...escalating], heirsIn(policy));
  }

  /** The tests that would fail on a mutant, one after the other. */
  *killers(mutant: Mutant): Iterable<RefusalOutcome> {
    let mutated: Policy | undefined;
    for (const outcome of this.#changes) {
      if (!this.#canTouch(mutant, outcome.test)) continue;
      mutated ??= mutatedPolicy(this.#index.policy, mutant);
      if (!this.#passesOn(mutated, outcome.test)) yield outcome;
    }
  }

  #canTouch({ from, to }: Mutant, test: ChangeTest): boolean {
    const { role, user } = from.row;
    const { actor } = test.change;
    if (from.kind === "grant" || from.kind === "conditional") {
      // Grants are nothing to constraints.
      if (actor === null || !isGuarded(this.#index.policy)) return false;
      const patterns = [from, ...(to ? [to] : [])].map((element) => String(element.row.permission));
      return patterns.some(coversEscalation) || this.#rolesIn(test).has(String(role));
    }
    if (from.kind !== "assignment" || user === test.user || user === actor) return true;
    return [...this.#index.policy.everyone.keys(), ...this.#assigned(String(user))].some((held) =>
      this.#common.has(held),
    );
  }

  #assigned = (user: string): string[] => (this.#index.assignments.get(user) ?? []).map((row) => row.role);

  /** The roles whose grants the guard looks at: those of the change, and those of who makes it and whom it is about. */
  #rolesIn(test: ChangeTest): ReadonlySet<string> {
    const known = this.#rolesOf.get(test);
    if (known) return known;
    const { policy } = this.#index;
    const people = [test.user, test.change.actor].flatMap((user) => this.#assigned(String(user)));
    const roles = closure([...test.change.roles, ...people, ...policy.everyone.keys()], parentsIn(policy));
    this.#rolesOf.set(test, roles);
    return roles;
  }

  /** A change that nobody could ask for any more is none that passes. */
  #passesOn(policy: Policy, test: ChangeTest): boolean {
    try {
      return changePasses(policy, test, this.#now);
    } catch (error) {
      if (error instanceof RbacError) return false;
      throw error;
    }
  }
}

const coversEscalation = (pattern: string): boolean => patternContains(withoutOwn(pattern), ESCALATE);
