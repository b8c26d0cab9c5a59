/** What must not be taken away though no allowed decision used it, and what is too new to be judged. */
import { allGrants, type PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import { withoutOwn } from "../../policy/model/names.ts";
import { patternsIntersection } from "../../policy/model/patterns.ts";
import type { AnyGrant, Assignment } from "../../policy/model/policy.ts";
import { closure, heirsIn, parentsIn } from "../../policy/model/role-graph.ts";

/**
 * Why something stays: everyone holds it; the guard may ask for it, of which no log tells; it brings a deny; a
 * constraint speaks of it; only disabled users hold it; a condition makes it; others hold it, or what it grants.
 */
export type Keep = "everyone" | "guard" | "deny" | "constraint" | "disabled" | "condition" | "held";

/** Since when things are judged. What came later is too new. */
export interface Since {
  /** The last revision before the window. */
  readonly revision: number;
  readonly at: string;
  /** Users who were enabled in it: they did not use what they hold, since they could not. */
  readonly enabled: ReadonlySet<string>;
}

/** What is said of something unused: why it stays, `new` for what is too new, `null` for what could go. */
export type Judged = Keep | "new" | null;

export class KeptRows {
  readonly #index: PolicyIndex;
  readonly #since: Since;
  readonly #everyone: ReadonlySet<string>;
  /** Roles that lead to a deny. */
  readonly #denying: ReadonlySet<string>;
  /** Roles that constraints name, or that lead to one of which there must be holders. */
  readonly #constrained: ReadonlySet<string>;
  readonly #demanded: ReadonlySet<string>;
  /** Roles by which somebody has administrative rights, all that these people hold, and who they are. */
  readonly #administrative: ReadonlySet<string>;
  readonly #administrators: ReadonlySet<string>;
  /** Roles that were held throughout the window; by an enabled user, whenever; and by anybody. */
  readonly #heldThroughout: ReadonlySet<string>;
  readonly #heldByEnabled: ReadonlySet<string>;
  readonly #held: ReadonlySet<string>;

  constructor(index: PolicyIndex, since: Since) {
    this.#index = index;
    this.#since = since;
    const { policy } = index;
    const parents = parentsIn(policy);
    const [up, down] = [closureBy(heirsIn(policy)), closureBy(parents)];
    const grants = [...allGrants(policy)];
    this.#everyone = down(policy.everyone.keys());
    this.#denying = up(rolesOf(grants, ({ effect }) => effect === "deny"));
    const constraints = [...policy.constraint.values()];
    const demanded = constraints.flatMap(({ type, roles, needs }) => (type === "min_users" ? roles : (needs ?? [])));
    this.#demanded = up(demanded);
    this.#constrained = new Set([...this.#demanded, ...constraints.flatMap(({ roles }) => roles)]);
    const administrative = up(policy.policy.has("guarded") ? rolesOf(grants, isAdministrative) : []);
    const assignments = [...policy.assignment.values()];
    const ofAdministrators = assignments.filter(({ role }) => administrative.has(role));
    this.#administrators = new Set(ofAdministrators.map(({ user }) => user));
    const theirs = assignments.filter(({ user }) => this.#administrators.has(user)).map(({ role }) => role);
    const isEverybody = [...policy.everyone.keys()].some((role) => administrative.has(role));
    this.#administrative = new Set([...administrative, ...down(isEverybody ? policy.role.keys() : theirs)]);
    const enabled = assignments.filter(({ user }) => !this.#isDisabled(user));
    this.#held = down(assignments.map(({ role }) => role));
    this.#heldByEnabled = down(enabled.map(({ role }) => role));
    const oldEdges = parentsIn({
      inheritance: new Map([...policy.inheritance].filter(([, { revision }]) => revision <= since.revision)),
    });
    const throughout = enabled.filter((row) => !this.#isNew(row));
    this.#heldThroughout = closure(
      throughout.map(({ role }) => role),
      oldEdges,
    );
  }

  /** Of a grant that no way used. */
  grant(grant: AnyGrant): Judged {
    if (grant.revision > this.#since.revision) return "new";
    if (isAdministrative(grant) && this.#index.policy.policy.has("guarded")) return "guard";
    return this.#ofRole(grant.role);
  }

  /** Of a role that lies on no way. */
  role(role: string): Judged {
    const row = this.#index.policy.role.get(role);
    if (row && row.revision > this.#since.revision) return "new";
    if (this.#denying.has(role)) return "deny";
    if (this.#constrained.has(role)) return "constraint";
    return this.#ofRole(role);
  }

  /** Of an assignment that lies on no way. */
  assignment(row: Assignment): Judged {
    if (this.#isDisabled(row.user)) return "disabled";
    if (this.#isNew(row)) return "new";
    if (this.#administrators.has(row.user)) return "guard";
    if (this.#denying.has(row.role)) return "deny";
    return this.#demanded.has(row.role) ? "constraint" : null;
  }

  /** Of a wildcard of which only some permissions were used. */
  wildcard(grant: AnyGrant): Judged {
    if (grant.revision > this.#since.revision) return "new";
    if (this.#everyone.has(grant.role)) return "everyone";
    if (this.#index.policy.policy.has("guarded") && (isAdministrative(grant) || this.#administrative.has(grant.role)))
      return "guard";
    return "digest" in grant ? "condition" : null;
  }

  /** True for a permission that came after the window began. */
  isNewPermission(permission: string): boolean {
    return (this.#index.policy.permission.get(permission)?.revision ?? 0) > this.#since.revision;
  }

  #ofRole(role: string): Judged {
    if (this.#everyone.has(role)) return "everyone";
    if (this.#administrative.has(role)) return "guard";
    if (this.#heldThroughout.has(role) || !this.#held.has(role)) return null;
    return this.#heldByEnabled.has(role) ? "new" : "disabled";
  }

  #isDisabled(user: string): boolean {
    return this.#index.policy.user.get(user)?.disabled ?? false;
  }

  #isNew({ user, from, revision }: Assignment): boolean {
    const { revision: last, at, enabled } = this.#since;
    return revision > last || (from !== null && from > at) || enabled.has(user);
  }
}

const closureBy = (next: (role: string) => readonly string[]) => (roles: Iterable<string>) => closure(roles, next);

const rolesOf = (grants: readonly AnyGrant[], isWanted: (grant: AnyGrant) => boolean): string[] =>
  grants.filter(isWanted).map(({ role }) => role);

/** True for a grant that allows something about the policy itself. */
const isAdministrative = ({ effect, permission }: AnyGrant): boolean =>
  effect === "allow" && patternsIntersection(withoutOwn(permission), "rbac:*") !== undefined;
