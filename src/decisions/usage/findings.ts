/** What no allowed decision needed, row by row, and what of it could go. */
import { allGrants, type PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import { by } from "../../policy/model/byte-order.ts";
import { type AnyGrant, type Assignment, conditionOf, keyOf, leavesOut } from "../../policy/model/policy.ts";
import type { Scope } from "../../policy/model/scopes.ts";
import { hasEnded } from "../../policy/model/times.ts";
import type { Judged, Keep, KeptRows } from "./kept-rows.ts";
import { grantKey, type Uses } from "./uses.ts";

/**
 * `unused`: on no way to a yes. `wildcard`: a pattern of which only some permissions were used. `redundant`: used, but
 * each yes has another way as well. `new`: unused, but not there throughout the window.
 */
export interface Finding {
  readonly finding: "unused" | "wildcard" | "redundant" | "new";
  readonly kind: "grant" | "role" | "assignment";
  readonly role: string;
  /** Of an assignment. */
  readonly user: string | null;
  /** Of a grant: its pattern, its scope, its condition. */
  readonly permission: string | null;
  readonly scope: Scope;
  readonly when: string | null;
  /** Of a wildcard: what was used, and how many permissions it covers. */
  readonly used: readonly string[] | null;
  readonly covers: number | null;
  /** Why it stays; `null` for what could go. */
  readonly keep: Keep | null;
}

/** A finding with the row that it is about, for whoever makes a proposal of it. */
export interface FoundRow {
  readonly finding: Finding;
  readonly grant?: AnyGrant;
  readonly assignment?: Assignment;
}

const NOTHING = { user: null, permission: null, scope: null, when: null, used: null, covers: null };

/** @param now assignments that have ended by then are no rights any more */
export function findingsOf(index: PolicyIndex, uses: Uses, kept: KeptRows, now: string): FoundRow[] {
  return [
    ...[...allGrants(index.policy)].filter(({ effect }) => effect === "allow").flatMap(ofGrant),
    ...ofRoles(),
    ...[...index.policy.assignment.values()].flatMap(ofAssignment),
  ];

  function ofGrant(grant: AnyGrant): FoundRow[] {
    const { role, permission, scope } = grant;
    const fields = { ...NOTHING, kind: "grant" as const, role, permission, scope, when: conditionOf(grant) };
    const used = uses.grants.get(grantKey(grant));
    if (!used) return [{ grant, finding: { ...fields, ...unusedAs(kept.grant(grant)) } }];
    const found: FoundRow[] = [];
    const covered = permission.includes("*")
      ? index.covered(permission).filter((name) => !leavesOut(grant, name))
      : [permission];
    const names = [...used].sort(by((name) => name));
    if (names.length < covered.length) {
      const judged = kept.wildcard(grant);
      const finding = judged === "new" ? "new" : "wildcard";
      const keep = judged === "new" ? null : judged;
      found.push({ grant, finding: { ...fields, finding, keep, used: names, covers: covered.length } });
    }
    if (!uses.needed.has(grantKey(grant)))
      found.push({ grant, finding: { ...fields, finding: "redundant", keep: null } });
    return found;
  }

  function ofRoles(): FoundRow[] {
    const used = uses.roles(index.policy);
    return [...index.policy.role.keys()].flatMap((role) =>
      used.has(role) ? [] : [{ finding: { ...NOTHING, kind: "role" as const, role, ...unusedAs(kept.role(role)) } }],
    );
  }

  function ofAssignment(assignment: Assignment): FoundRow[] {
    const { user, role, scope } = assignment;
    const key = keyOf("assignment", assignment);
    const fields = { ...NOTHING, kind: "assignment" as const, user, role, scope };
    if (!uses.assignments.has(key))
      return hasEnded(assignment, now)
        ? []
        : [{ assignment, finding: { ...fields, ...unusedAs(kept.assignment(assignment)) } }];
    return uses.needed.has(key) ? [] : [{ assignment, finding: { ...fields, finding: "redundant", keep: null } }];
  }
}

const unusedAs = (judged: Judged): Pick<Finding, "finding" | "keep"> =>
  judged === "new" ? { finding: "new", keep: null } : { finding: "unused", keep: judged };
