/** What must hold of every policy: names refer to something, patterns cover something, no cycle, nothing kept apart on one chain. */
import { didYouMean, type Named, type RbacError, refused, UnknownName, wrong } from "../../errors.ts";
import { coverageOf } from "../evaluate/policy-index.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { type Change, kindOf } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { nearest } from "../model/name-suggestions.ts";
import { patternsCovering, quote, withoutOwn } from "../model/names.ts";
import type { Constraint, Inheritance, Policy } from "../model/policy.ts";
import { chainAmong, parentsIn } from "../model/role-graph.ts";
import { rolesNamed } from "./constraint-violations.ts";
import { coversSomething } from "./dangling-rows.ts";

const SUGGESTED = 20;

/** A fault and the change that makes it. */
export interface IntegrityFault {
  readonly change: Change;
  readonly error: RbacError;
}

/**
 * Every fault that changes bring into a policy, in the order of the changes.
 * @param after the policy with the changes made; at least the rows that they touch, refer to, or reach.
 */
export function integrityFaults(after: Policy, changes: readonly Change[]): IntegrityFault[] {
  const faults: IntegrityFault[] = [];
  const covered = coverageOf(after);
  /** Looking for near names is slow beside all else here, so only the first faults get them. */
  const unknown = (named: Named, name: string) =>
    new UnknownName(named, name, faults.length < SUGGESTED ? nearest(name, after[named].keys()) : []);
  const need = (change: Change, named: Named, name: string) => {
    if (!after[named].has(name)) faults.push({ change, error: unknown(named, name) });
  };
  for (const change of changes) {
    if (change.after === null) {
      const error = kindOf(change) === "role" && "role" in change ? namedFault(after, change.role) : undefined;
      if (error) faults.push({ change, error });
      continue;
    }
    if ("role" in change) need(change, "role", change.role);
    if ("user" in change) need(change, "user", change.user);
    if ("inherits" in change) need(change, "role", change.inherits);
    const constraint = "constraint" in change ? after.constraint.get(change.constraint) : undefined;
    for (const role of constraint ? rolesNamed(constraint) : []) need(change, "role", role);
    if (kindOf(change) === "grant" && "permission" in change && !coversSomething(covered, change.permission)) {
      const plain = withoutOwn(change.permission);
      const known = faults.length < SUGGESTED ? after.permission.keys() : [];
      faults.push({ change, error: plain.includes("*") ? coversNothing(plain, known) : unknown("permission", plain) });
    }
  }
  const edges = changes.filter((change) => change.after !== null && kindOf(change) === "inheritance");
  return [...faults, ...(edges.length === 0 ? [] : cycleFaults(after, edges)), ...chainFaults(after, changes)];
}

const byName = by((row: Constraint) => row.constraint);

/** What a constraint names cannot be deleted (rule 16). */
function namedFault(after: Policy, role: string): RbacError | undefined {
  const [naming] = [...after.constraint.values()].filter((row) => rolesNamed(row).includes(role)).sort(byName);
  return (
    naming &&
    refused("CONSTRAINT_NAMES", `the constraint ${quote(naming.constraint)} names ${quote(role)}: delete it first`)
  );
}

/** Two roles of an `ssd` on one chain of inheritance can never be held apart: refused where a change brings it about (rule 22). */
function chainFaults(after: Policy, changes: readonly Change[]): IntegrityFault[] {
  const made = changes.filter((change) => change.after !== null);
  const edges = new Map<string, Change>(
    made.flatMap((change) => ("inherits" in change ? [[`${change.role}\0${change.inherits}`, change] as const] : [])),
  );
  const stated = new Map(
    made.flatMap((change) => ("constraint" in change ? [[change.constraint, change] as const] : [])),
  );
  if (edges.size + stated.size === 0) return [];
  const parents = parentsIn(after);
  return [...after.constraint.values()].sort(byName).flatMap((row) => {
    const chain = row.type === "ssd" ? chainAmong(row.roles, parents) : undefined;
    const steps = chain?.slice(1).map((inherits, at) => `${chain[at]}\0${inherits}`) ?? [];
    const change = stated.get(row.constraint) ?? steps.map((step) => edges.get(step)).find(Boolean);
    if (!chain || !change) return [];
    const [heir, parent] = [chain[0], chain.at(-1)].map((role) => quote(String(role)));
    const text = `${quote(row.constraint)} keeps apart ${heir} and ${parent}`;
    return [
      {
        change,
        error: refused("CONSTRAINT_CHAIN", `${text}, but one inherits the other: ${chain.map(quote).join(" → ")}`),
      },
    ];
  });
}

/** A wildcard that covers nothing is as wrong as a permission that is not listed (rule 16). */
function coversNothing(pattern: string, catalogue: Iterable<string>): RbacError {
  const wildcards = new Set([...catalogue].flatMap((permission) => patternsCovering(permission, false)));
  const suggestions = nearest(pattern, wildcards).filter((near) => near.includes("*"));
  const message = `the pattern ${quote(pattern)} covers no permission of the catalogue${didYouMean(suggestions)}`;
  return wrong("PATTERN_COVERS_NOTHING", message, { suggestions });
}

/** Refuses the first cycle that the new edges close, naming its path from the smallest role on. */
function cycleFaults(after: Policy, edges: readonly Change[]): IntegrityFault[] {
  const parents = grouped([...after.inheritance.values()].sort(by((row) => row.inherits)), (row) => row.role);
  const path = findCycle([...new Set(edges.flatMap((edge) => ("role" in edge ? [edge.role] : [])))], parents);
  if (!path) return [];
  const onPath = (change: Change) =>
    "role" in change && "inherits" in change && path[path.indexOf(change.role) + 1] === change.inherits;
  const change = edges.find(onPath) ?? (edges[0] as Change);
  const error = refused("CYCLE", `roles may not inherit in a circle: ${path.map(quote).join(" → ")}`);
  return [{ change, error }];
}

/** Depth first without recursion, so that depth has no limit. Each role is finished once: linear in roles and edges. */
function findCycle(
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

/** One cycle has one text, wherever it was entered. */
function fromSmallest(cycle: readonly string[]): string[] {
  const smallest = [...cycle].sort(byBytes)[0] as string;
  const at = cycle.indexOf(smallest);
  return [...cycle.slice(at), ...cycle.slice(0, at), smallest];
}
