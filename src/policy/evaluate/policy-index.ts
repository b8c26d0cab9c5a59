/** The policy index: rows grouped for the walk, assignments by user, inheritance and grants by role. */

import type { Declaration } from "../conditions/given.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { withoutOwn } from "../model/names.ts";
import { literalBeginning, patternContains } from "../model/patterns.ts";
import { type AnyGrant, type Assignment, type Inheritance, isConditional, type Policy } from "../model/policy.ts";

export interface PolicyIndex {
  readonly policy: Policy;
  /** By user; sorted by role, then scope. */
  readonly assignments: ReadonlyMap<string, readonly Assignment[]>;
  /** By role; sorted by inherited role, in byte order. */
  readonly inherits: ReadonlyMap<string, readonly Inheritance[]>;
  /** Plain and conditional, by role, then by pattern; sorted by scope, allow before deny, plain before conditional. */
  readonly grants: ReadonlyMap<string, ReadonlyMap<string, readonly AnyGrant[]>>;
  /** What is declared of the attributes of a resource, by name. */
  declared(resource: string): ReadonlyMap<string, Declaration>;
  /** The permissions of the catalogue that a pattern covers. */
  covered(pattern: string): readonly string[];
}

export function indexPolicy(policy: Policy): PolicyIndex {
  const byRole = grouped(allGrants(policy), (grant) => grant.role);
  const grants = new Map(
    [...byRole].map(([role, rows]) => [
      role,
      sorted(
        grouped(rows, (row) => row.permission),
        byScopeAndEffect,
      ),
    ]),
  );
  return {
    policy,
    grants,
    assignments: sorted(
      grouped(policy.assignment.values(), (row) => row.user),
      byRoleAndScope,
    ),
    inherits: sorted(
      grouped(policy.inheritance.values(), (row) => row.role),
      by((row) => row.inherits),
    ),
    covered: coverageOf(policy),
    declared: declarationsIn(policy),
  };
}

/** The plain grants of a policy, and its conditional ones. */
export const allGrants = ({ grant, conditional }: Pick<Policy, "grant" | "conditional">): Iterable<AnyGrant> =>
  conditional.size === 0 ? grant.values() : [...grant.values(), ...conditional.values()];

const NO_DECLARATIONS: ReadonlyMap<string, Declaration> = new Map();

/** Returns a function that finds what is declared of a resource. It is arranged when first asked. */
function declarationsIn({ attribute }: Policy): PolicyIndex["declared"] {
  let byResource: ReadonlyMap<string, ReadonlyMap<string, Declaration>> | undefined;
  return (resource) => {
    if (attribute.size === 0) return NO_DECLARATIONS;
    byResource ??= new Map(
      [...grouped(attribute.values(), (row) => row.resource)].map(([name, rows]) => [
        name,
        new Map(rows.map((row) => [row.attribute, row])),
      ]),
    );
    return byResource.get(resource) ?? NO_DECLARATIONS;
  };
}

/** An index with the same structure, but with other users and assignments. */
export function withPeople(index: PolicyIndex, { user, assignment }: Pick<Policy, "user" | "assignment">): PolicyIndex {
  const byUser = grouped(assignment.values(), (row) => row.user);
  return { ...index, policy: { ...index.policy, user, assignment }, assignments: sorted(byUser, byRoleAndScope) };
}

/** An index with the same people and roles, but with only some of the permissions. */
export function withPermissions(index: PolicyIndex, names: readonly string[]): PolicyIndex {
  const shown = new Set(names);
  const permission = new Map([...index.policy.permission].filter(([name]) => shown.has(name)));
  const policy = { ...index.policy, permission };
  return { ...index, policy, covered: coverageOf(policy) };
}

const byRoleAndScope = (a: Assignment, b: Assignment) =>
  byBytes(a.role, b.role) || byBytes(a.scope ?? "", b.scope ?? "");
const digestOf = (grant: AnyGrant): string => (isConditional(grant) ? grant.digest : "");
const byScopeAndEffect = (a: AnyGrant, b: AnyGrant) =>
  byBytes(a.scope ?? "", b.scope ?? "") || byBytes(a.effect, b.effect) || byBytes(digestOf(a), digestOf(b));

function sorted<K, T>(groups: Map<K, T[]>, order: (a: T, b: T) => number): Map<K, T[]> {
  for (const group of groups.values()) group.sort(order);
  return groups;
}

/**
 * Returns a function that lists the permissions of the catalogue that a pattern covers (rule 5). The catalogue is
 * arranged for wildcards only when the first one is asked about, and each wildcard is expanded once.
 */
export function coverageOf(policy: Policy): (pattern: string) => readonly string[] {
  const catalogue = [...policy.permission.keys()];
  const expanded = new Map<string, readonly string[]>();
  let sortedNames: readonly string[] | undefined;
  let byLastPart: Map<string, string[]> | undefined;
  /** The names among which those that a wildcard covers are: the fewest that are found without a search. */
  const candidates = (pattern: string): readonly string[] => {
    const beginning = literalBeginning(pattern);
    if (beginning !== "") {
      sortedNames ??= [...catalogue].sort(byBytes);
      return beginningWith(beginning, sortedNames);
    }
    const last = lastPart(pattern);
    if (last.includes("*")) return catalogue;
    byLastPart ??= grouped(catalogue, lastPart);
    return byLastPart.get(last) ?? [];
  };
  return (pattern) => {
    const plain = withoutOwn(pattern);
    if (plain === "*") return catalogue;
    if (!plain.includes("*")) return policy.permission.has(plain) ? [plain] : [];
    const known = expanded.get(plain);
    if (known) return known;
    const names = candidates(plain).filter((permission) => patternContains(plain, permission));
    expanded.set(plain, names);
    return names;
  };
}

const lastPart = (permission: string): string => permission.slice(permission.lastIndexOf(":") + 1);

/** Those of some names, sorted by bytes, that begin with a text; found by halving. */
function beginningWith(text: string, names: readonly string[]): readonly string[] {
  const firstWhere = (isBehind: (name: string) => boolean): number => {
    let [low, high] = [0, names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBehind(names[middle] as string)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const start = firstWhere((name) => byBytes(name, text) >= 0);
  return names.slice(
    start,
    firstWhere((name) => byBytes(name, text) >= 0 && !name.startsWith(text)),
  );
}
