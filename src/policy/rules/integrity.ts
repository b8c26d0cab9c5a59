/**
 * Integrity, which every policy must have: names exist, patterns cover something, inheritance has no cycle, and no
 * `ssd` has two roles on one chain of inheritance.
 */
import { didYouMean, type Named, type RbacError, refused, UnknownName, wrong } from "../../errors.ts";
import { coverageOf } from "../evaluate/policy-index.ts";
import { by } from "../model/byte-order.ts";
import { type Change, kindOf } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { nearest } from "../model/name-suggestions.ts";
import { patternsCovering, quote, withoutOwn } from "../model/names.ts";
import type { Constraint, Policy } from "../model/policy.ts";
import { chainAmong, findCycle, parentsIn } from "../model/role-graph.ts";
import { conditionalFaults, type IntegrityFault } from "./conditional-faults.ts";
import { rolesNamed } from "./constraint-violations.ts";
import { coversSomething } from "./dangling-rows.ts";

const MAX_SUGGESTED = 20;

/**
 * Every fault that changes cause: names and patterns in the order of the changes, then a cycle, then chains.
 * @param after the policy after the changes; at least the rows that they change, refer to, or reach
 */
export function integrityFaults(after: Policy, changes: readonly Change[]): IntegrityFault[] {
  const faults: IntegrityFault[] = [];
  const covered = coverageOf(after);
  /** The search for near names is the slow part, so only the first faults get suggestions. */
  const unknown = (named: Named, name: string) =>
    new UnknownName(named, name, faults.length < MAX_SUGGESTED ? nearest(name, after[named].keys()) : []);
  const requireName = (change: Change, named: Named, name: string) => {
    if (!after[named].has(name)) faults.push({ change, error: unknown(named, name) });
  };
  for (const change of changes) {
    if (change.after === null) {
      const error = kindOf(change) === "role" && "role" in change ? roleInUseFault(after, change.role) : undefined;
      if (error) faults.push({ change, error });
      continue;
    }
    if ("role" in change) requireName(change, "role", change.role);
    if ("user" in change) requireName(change, "user", change.user);
    if ("inherits" in change) requireName(change, "role", change.inherits);
    const constraint = "constraint" in change ? after.constraint.get(change.constraint) : undefined;
    for (const role of constraint ? rolesNamed(constraint) : []) requireName(change, "role", role);
    if (isGrant(change) && "permission" in change && !coversSomething(covered, change.permission)) {
      const plain = withoutOwn(change.permission);
      const catalogue = faults.length < MAX_SUGGESTED ? after.permission.keys() : [];
      faults.push({
        change,
        error: plain.includes("*") ? coversNothing(plain, catalogue) : unknown("permission", plain),
      });
    }
  }
  const ofConditionals = conditionalFaults(after, changes, (permission) => unknown("permission", permission));
  const edges = changes.filter((change) => change.after !== null && kindOf(change) === "inheritance");
  return [
    ...faults,
    ...ofConditionals,
    ...(edges.length === 0 ? [] : cycleFaults(after, edges)),
    ...chainFaults(after, changes),
  ];
}

const isGrant = (change: Change): boolean => kindOf(change) === "grant" || kindOf(change) === "conditional";

const byName = by((row: Constraint) => row.constraint);

/** A role that a constraint names cannot be deleted (rule 16). */
function roleInUseFault(after: Policy, role: string): RbacError | undefined {
  const [constraint] = [...after.constraint.values()].filter((row) => rolesNamed(row).includes(role)).sort(byName);
  return (
    constraint &&
    refused("CONSTRAINT_NAMES", `the constraint ${quote(constraint.constraint)} names ${quote(role)}: delete it first`)
  );
}

/**
 * Two roles of an `ssd` on one chain of inheritance can never be held separately. Refused if a changed edge or
 * constraint causes it, whatever the limit (rule 22).
 */
function chainFaults(after: Policy, changes: readonly Change[]): IntegrityFault[] {
  const additions = changes.filter((change) => change.after !== null);
  const edges = new Map<string, Change>(
    additions.flatMap((change) =>
      "inherits" in change ? [[`${change.role}\0${change.inherits}`, change] as const] : [],
    ),
  );
  const constraintChanges = new Map(
    additions.flatMap((change) => ("constraint" in change ? [[change.constraint, change] as const] : [])),
  );
  if (edges.size + constraintChanges.size === 0) return [];
  const parents = parentsIn(after);
  return [...after.constraint.values()].sort(byName).flatMap((row) => {
    const chain = row.type === "ssd" ? chainAmong(row.roles, parents) : undefined;
    const steps = chain?.slice(1).map((inherits, index) => `${chain[index]}\0${inherits}`) ?? [];
    const change = constraintChanges.get(row.constraint) ?? steps.map((step) => edges.get(step)).find(Boolean);
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

/** A wildcard that covers nothing is an error, like a permission that is not in the catalogue (rule 16). */
export function coversNothing(pattern: string, catalogue: Iterable<string>): RbacError {
  const wildcards = new Set([...catalogue].flatMap((permission) => patternsCovering(permission, false)));
  const suggestions = nearest(pattern, wildcards).filter((name) => name.includes("*"));
  const message = `the pattern ${quote(pattern)} covers no permission of the catalogue${didYouMean(suggestions)}`;
  return wrong("PATTERN_COVERS_NOTHING", message, { suggestions });
}

/** The first cycle that new edges close; the message shows its path, beginning with the smallest role. */
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
