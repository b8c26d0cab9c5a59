/** What allowed decisions use of a policy: every grant, assignment and role that lies on some way to a yes. */

import type { Holding, Reach } from "../../policy/evaluate/walk.ts";
import { type AnyGrant, isConditional, keyOf, type Policy } from "../../policy/model/policy.ts";
import { closure, heirsIn, parentsIn } from "../../policy/model/role-graph.ts";

/** What tells a grant from all others, plain and conditional. */
export const grantKey = (grant: AnyGrant): string =>
  isConditional(grant) ? `conditional\0${keyOf("conditional", grant)}` : `grant\0${keyOf("grant", grant)}`;

/** A way to a yes: what somebody holds, the role that it leads to, and the grant there. */
export interface Way {
  readonly reach: Reach;
  /** `null` on a way to a role that is asked about by itself. */
  readonly grant: AnyGrant | null;
  readonly grantKey: string;
  /** `null` where it is held by everyone, or assumed. */
  readonly assignmentKey: string | null;
}

export const assignmentKeyOf = (user: string | null, { held, role, scope }: Holding): string | null =>
  held === "assigned" ? keyOf("assignment", { user, role, scope }) : null;

export class Uses {
  /** The permissions that were allowed through each grant, by its key. */
  readonly grants = new Map<string, Set<string>>();
  readonly assignments = new Set<string>();
  /** Grants and assignments without which some decision would have been a no. */
  readonly needed = new Set<string>();
  readonly #named = new Set<string>();
  /** The roles that are granting to whoever holds a role, by that one. */
  readonly #leads = new Map<string, Set<string>>();

  /** Notes roles that questions name: without them these would be errors. */
  name(roles: readonly string[]): void {
    for (const role of roles) this.#named.add(role);
  }

  add({ reach, grant, grantKey: key, assignmentKey }: Way, permission: string): void {
    if (grant) this.grants.set(key, (this.grants.get(key) ?? new Set()).add(permission));
    if (assignmentKey !== null) this.assignments.add(assignmentKey);
    const held = reach.holding.role;
    this.#leads.set(held, (this.#leads.get(held) ?? new Set()).add(reach.role));
  }

  /** Of the ways to one yes: what all of them have in common is needed. */
  need(ways: readonly Way[]): void {
    const [first] = ways;
    if (!first) return;
    if (first.grant && ways.every((way) => way.grantKey === first.grantKey)) this.needed.add(first.grantKey);
    const { assignmentKey } = first;
    if (assignmentKey !== null && ways.every((way) => way.assignmentKey === assignmentKey))
      this.needed.add(assignmentKey);
  }

  /** All roles that are named, or on ways: those that are held, those that grant, and all between on any way. */
  roles(policy: Pick<Policy, "inheritance">): ReadonlySet<string> {
    const [parents, heirs, used] = [parentsIn(policy), heirsIn(policy), new Set(this.#named)];
    for (const [held, granting] of this.#leads) {
      const below = closure([held], parents);
      const above = closure(granting, (role) => heirs(role).filter((heir) => below.has(heir)));
      for (const role of above) if (below.has(role)) used.add(role);
    }
    return used;
  }
}
