/** The inheritance graph of roles: what is reachable upwards (parents) or downwards (heirs). */
import { byBytes } from "./byte-order.ts";
import { grouped } from "./group-by.ts";
import type { Inheritance, Policy } from "./policy.ts";

/** All names reachable from the starts, including them, nearest first. It also terminates on graphs with cycles. */
export function closure(starts: Iterable<string>, next: (name: string) => Iterable<string>): Set<string> {
  const reached = new Set(starts);
  for (const name of reached) for (const other of next(name)) reached.add(other);
  return reached;
}

/** A function from a role to its direct parents. */
export function parentsIn(policy: Pick<Policy, "inheritance">): (role: string) => string[] {
  const edges = grouped(policy.inheritance.values(), (edge) => edge.role);
  return (role) => endsOf(edges.get(role), "inherits");
}

/** A function from a role to its direct heirs. */
export type Heirs = (role: string) => readonly string[];

export function heirsIn(policy: Pick<Policy, "inheritance">): Heirs {
  const edges = grouped(policy.inheritance.values(), (edge) => edge.inherits);
  return (role) => endsOf(edges.get(role), "role");
}

const endsOf = (edges: readonly Inheritance[] | undefined, end: "role" | "inherits"): string[] =>
  (edges ?? []).map((edge) => edge[end]);

/** A shortest inheritance path between two different roles of a list, both ends included. Linear in roles and edges. */
export function chainAmong(
  roles: readonly string[],
  parents: (role: string) => readonly string[],
): readonly string[] | undefined {
  const members = new Set(roles);
  const cameFrom = new Map<string, string | undefined>(roles.map((role) => [role, undefined]));
  for (const [role] of cameFrom) {
    for (const parent of parents(role)) {
      const path = members.has(parent) ? pathTo(role, cameFrom) : [];
      // A cycle back to its own start is not a path between two roles.
      if (path.length > 0 && path[0] !== parent) return [...path, parent];
      if (!cameFrom.has(parent)) cameFrom.set(parent, role);
    }
  }
  return undefined;
}

function pathTo(role: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const path: string[] = [];
  for (let current: string | undefined = role; current !== undefined; current = cameFrom.get(current))
    path.push(current);
  return path.reverse();
}

/**
 * A cycle of inheritance that some roles lead to, from its smallest role back to it; `undefined` where there is none.
 * A depth-first search without recursion, so that depth has no limit; linear in roles and edges.
 * @param parents by role, in the order in which they are searched
 */
export function findCycle(
  starts: readonly string[],
  parents: ReadonlyMap<string, readonly Inheritance[]>,
): string[] | undefined {
  const finished = new Set<string>();
  for (const start of starts) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const stack: { role: string; next: number }[] = [];
    const enter = (role: string) => {
      stack.push({ role, next: 0 });
      path.push(role);
      onPath.add(role);
    };
    if (!finished.has(start)) enter(start);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const parent = parents.get(top.role)?.[top.next++]?.inherits;
      if (parent === undefined) {
        finished.add(top.role);
        onPath.delete(top.role);
        path.pop();
        stack.pop();
      } else if (onPath.has(parent)) {
        return fromSmallest(path.slice(path.indexOf(parent)));
      } else if (!finished.has(parent)) enter(parent);
    }
  }
  return undefined;
}

/** Turns a cycle so that it begins with its smallest role: the text of a cycle does not depend on the start. */
function fromSmallest(cycle: readonly string[]): string[] {
  const smallest = [...cycle].sort(byBytes)[0] as string;
  const at = cycle.indexOf(smallest);
  return [...cycle.slice(at), ...cycle.slice(0, at), smallest];
}
