/**
 * Which rows may go without anybody noticing (rule 38): for each role alone the denied region, and the allowed region
 * outside of it, stay as they are, and everybody holds what they held, at every moment to come and on every scope.
 */
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { byKind, type Change, kindOf, valuesOf } from "../model/change.ts";
import { isOwn, patternsCovering, withoutOwn } from "../model/names.ts";
import { coversNoName, isNoWider } from "../model/patterns.ts";
import {
  type AnyGrant,
  type Assignment,
  conditionOf,
  type Inheritance,
  isConditional,
  keyOf,
  rowId,
} from "../model/policy.ts";
import { closure } from "../model/role-graph.ts";
import type { AnyRow, Kind } from "../model/rows.ts";
import { covers } from "../model/scopes.ts";
import { namesOfGrant } from "./roles/rights.ts";

/**
 * A policy from which rows are taken one by one. Each must be covered by one single row that still stands. To be
 * covered is transitive, so what was taken before needs no second look, and to take only some of it is as safe.
 */
export class Proof {
  readonly #index: PolicyIndex;
  readonly #at: string;
  readonly #gone = new Set<string>();
  readonly #reach = new Map<string, ReadonlySet<string>>();

  /** @param at RFC 3339 UTC: what is over by then is of no matter */
  constructor(index: PolicyIndex, at: string) {
    this.#index = index;
    this.#at = at;
  }

  /** Takes all of some rows, or none of them. @returns false where it cannot be shown that nothing changes */
  take(changes: readonly Change[]): boolean {
    const taken: string[] = [];
    for (const change of changes) {
      const id = rowId(kindOf(change), valuesOf(change));
      if (this.#gone.has(id)) continue;
      if (!this.#isIdle(change)) {
        for (const one of taken) this.#gone.delete(one);
        return false;
      }
      this.#gone.add(id);
      taken.push(id);
    }
    return true;
  }

  /** Nothing that has a name may go: a question that names it would be an error. What comes anew is not judged. */
  #isIdle(change: Change): boolean {
    const { grant, conditional, inheritance, assignment, everyone } = this.#index.policy;
    const key = keyOf(kindOf(change), valuesOf(change));
    const never = () => false;
    if (change.after !== null) return false;
    return byKind(
      {
        permission: never,
        role: never,
        user: never,
        inheritance: () => inheritance.has(key) && this.#isImplied(valuesOf(change)),
        grant: () => this.#isCovered(grant.get(key)),
        everyone: ({ role }) => everyone.has(key) && this.#comesWithAnother(role),
        assignment: () => this.#isHeldOtherwise(assignment.get(key)),
        constraint: never,
        policy: never,
        conditional: () => this.#isCovered(conditional.get(key)),
        attribute: never,
        former: never,
        identity: never,
        approval: never,
        "api-key": never,
      },
      change,
    );
  }

  /** What a role that inherits it has is more, never less: so it is enough to look at the role of the grant. */
  #isCovered(grant: AnyGrant | undefined): boolean {
    if (!grant) return false;
    if (coversNoName(namesOfGrant(grant))) return true;
    const wider = patternsCovering(withoutOwn(grant.permission), isOwn(grant.permission));
    for (const role of this.#reached(grant.role)) {
      const ofRole = this.#index.grants.get(role);
      const candidates = ofRole ? wider.flatMap((pattern) => ofRole.get(pattern) ?? []) : [];
      if (candidates.some((other) => other !== grant && covering(other, grant) && this.#standsGrant(other)))
        return true;
    }
    return false;
  }

  /** An edge beside a longer way; else a session could not activate what it leads to, even a role without grants. */
  #isImplied({ role, inherits }: AnyRow): boolean {
    const edges = this.#index.inherits.get(String(role)) as readonly Inheritance[];
    return edges.some((other) => {
      const reach = this.#reached(other.inherits);
      if (other.inherits === inherits || reach.has(String(role))) return false;
      return reach.has(String(inherits)) && this.#stands("inheritance", other);
    });
  }

  #comesWithAnother(role: string): boolean {
    const all = [...this.#index.policy.everyone.values()];
    return all.some(
      (other) => other.role !== role && this.#reached(other.role).has(role) && this.#stands("everyone", other),
    );
  }

  /**
   * By another assignment, as wide and as long. A role of everyone is none: that may change with nobody thinking of
   * who relies on it.
   */
  #isHeldOtherwise(row: Assignment | undefined): boolean {
    if (!row) return false;
    if (row.until !== null && row.until <= this.#at) return true;
    const from = row.from === null || row.from < this.#at ? this.#at : row.from;
    const held = this.#index.assignments.get(row.user) as readonly Assignment[];
    return held.some((other) => {
      const isAsLong =
        (other.from === null || other.from <= from) &&
        (other.until === null || (row.until !== null && other.until >= row.until));
      const isAsWide = covers(other.scope, row.scope) && this.#reached(other.role).has(row.role);
      return other !== row && isAsLong && isAsWide && this.#stands("assignment", other);
    });
  }

  #standsGrant(grant: AnyGrant): boolean {
    return this.#stands(isConditional(grant) ? "conditional" : "grant", grant);
  }

  #stands(kind: Kind, row: AnyRow): boolean {
    return !this.#gone.has(rowId(kind, row));
  }

  /** No edge goes that would change it. */
  #reached(role: string): ReadonlySet<string> {
    const parents = (name: string) => (this.#index.inherits.get(name) ?? []).map(({ inherits }) => inherits);
    const known = this.#reach.get(role) ?? closure([role], parents);
    this.#reach.set(role, known);
    return known;
  }
}

/**
 * True where a grant says nothing beside another one of the same role: an allow beside a wider allow, or under a deny
 * without a condition; a deny beside a wider deny. Conditions are one where their texts are.
 * @param other of a pattern that contains that of the grant
 */
function covering(other: AnyGrant, grant: AnyGrant): boolean {
  const isAlways = conditionOf(other) === null;
  const isSame = other.effect === grant.effect && conditionOf(other) === conditionOf(grant);
  const isStronger = isAlways && (other.effect === "deny" || grant.effect === "allow");
  return (
    (isSame || isStronger) && covers(other.scope, grant.scope) && isNoWider(namesOfGrant(grant), namesOfGrant(other))
  );
}
