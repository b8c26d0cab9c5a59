/** What roles reach along the hierarchy, upwards or downwards. */
import { grouped } from "./group-by.ts";
import type { Inheritance, Policy } from "./policy.ts";

/** Everything that some names reach by steps, themselves included, nearest first; it ends on any graph, a cycle included. */
export function closure(starts: Iterable<string>, next: (name: string) => Iterable<string>): Set<string> {
  const seen = new Set(starts);
  for (const name of seen) for (const other of next(name)) seen.add(other);
  return seen;
}

/** What a role inherits, step by step. */
export function parentsIn(policy: Pick<Policy, "inheritance">): (role: string) => string[] {
  const edges = grouped(policy.inheritance.values(), (edge) => edge.role);
  return (role) => names(edges.get(role), "inherits");
}

/** Who inherits a role, step by step. */
export type Heirs = (role: string) => readonly string[];

export function heirsIn(policy: Pick<Policy, "inheritance">): Heirs {
  const edges = grouped(policy.inheritance.values(), (edge) => edge.inherits);
  return (role) => names(edges.get(role), "role");
}

const names = (edges: readonly Inheritance[] | undefined, end: "role" | "inherits"): string[] =>
  (edges ?? []).map((edge) => edge[end]);

/** A shortest chain of inheritance from one of some roles to another of them, both ends included; linear in roles and edges. */
export function chainAmong(
  roles: readonly string[],
  parents: (role: string) => readonly string[],
): readonly string[] | undefined {
  const among = new Set(roles);
  const via = new Map<string, string | undefined>(roles.map((role) => [role, undefined]));
  for (const [role] of via) {
    for (const parent of parents(role)) {
      const way = among.has(parent) ? wayTo(role, via) : [];
      if (way.length > 0 && way[0] !== parent) return [...way, parent]; // A circle leads back to where it began.
      if (!via.has(parent)) via.set(parent, role);
    }
  }
  return undefined;
}

function wayTo(role: string, via: ReadonlyMap<string, string | undefined>): string[] {
  const way: string[] = [];
  for (let at: string | undefined = role; at !== undefined; at = via.get(at)) way.push(at);
  return way.reverse();
}
