/** What roles reach by inheritance, and who holds them: arranged once for all rules. */
import type { PolicyIndex } from "../../evaluate/policy-index.ts";
import { closure, parentsIn } from "../../model/role-graph.ts";
import { MetDenies } from "../roles/met-denies.ts";
import { NeedlessGrants } from "../roles/needless-grants.ts";
import { type RoleGroup, roleGroups } from "../roles/role-groups.ts";
import { RoleRights } from "../roles/role-rights.ts";

export class LintTables {
  readonly #index: PolicyIndex;
  readonly #reach = new Map<string, ReadonlySet<string>>();
  #parents: ((role: string) => readonly string[]) | undefined;
  #held: ReadonlySet<string> | undefined;
  #roles: RoleRights | undefined;
  #needless: NeedlessGrants | undefined;
  #groups: readonly RoleGroup[] | undefined;
  #meetings: MetDenies | undefined;

  constructor(index: PolicyIndex) {
    this.#index = index;
  }

  /** A role and all that it inherits. */
  reach(role: string): ReadonlySet<string> {
    this.#parents ??= parentsIn(this.#index.policy);
    const known = this.#reach.get(role) ?? closure([role], this.#parents);
    this.#reach.set(role, known);
    return known;
  }

  /** The roles that anybody is assigned, or that everyone holds, and all that these inherit. */
  get held(): ReadonlySet<string> {
    const { policy } = this.#index;
    const assigned = [...policy.assignment.values(), ...policy.everyone.values()].map(({ role }) => role);
    this.#held ??= closure(assigned, parentsIn(policy));
    return this.#held;
  }

  /** What roles grant, in numbers. */
  get roles(): RoleRights {
    this.#roles ??= new RoleRights(this.#index);
    return this.#roles;
  }

  /** The grants that roles could do without. */
  get needless(): NeedlessGrants {
    this.#needless ??= new NeedlessGrants(this.roles, this.#index.policy);
    return this.#needless;
  }

  /** The roles that grant anything, by what they come to. */
  get groups(): readonly RoleGroup[] {
    this.#groups ??= roleGroups(this.roles);
    return this.#groups;
  }

  /** Which denies any grant meets. */
  get meetings(): MetDenies {
    this.#meetings ??= new MetDenies(this.#index);
    return this.#meetings;
  }
}
