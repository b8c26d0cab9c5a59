/** A policy as a mutant has it: the index with one row in the place of another, all else shared. */
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { type AnyGrant, type Assignment, type Inheritance, keyOf, type Policy, rowsOf } from "../model/policy.ts";
import type { Element } from "./elements.ts";
import type { Mutant } from "./mutants.ts";

/** The index of the mutant. Lists keep no order of theirs, on which no answer depends. */
export function mutatedIndex(index: PolicyIndex, { from, to }: Mutant): PolicyIndex {
  const { role, user } = from.row as { readonly role: string; readonly user: string };
  switch (from.kind) {
    case "grant":
    case "conditional": {
      const less = withoutGrant(index.grants.get(role) as ReadonlyMap<string, readonly AnyGrant[]>, from);
      return { ...index, grants: replaced(index.grants, role, to ? withGrant(less, to) : less) };
    }
    case "inheritance": {
      const edges = (index.inherits.get(role) as readonly Inheritance[]).filter(
        ({ inherits }) => inherits !== from.row.inherits,
      );
      return { ...index, inherits: replaced(index.inherits, role, edges) };
    }
    case "everyone":
      return { ...index, policy: { ...index.policy, everyone: without(index.policy.everyone, from.key) } };
    case "assignment": {
      const others = (index.assignments.get(user) as readonly Assignment[]).filter(
        (row) => keyOf("assignment", row) !== from.key,
      );
      const rows = to ? [...others, to.row as unknown as Assignment] : others;
      return { ...index, assignments: replaced(index.assignments, user, rows) };
    }
    case "constraint":
      return { ...index, policy: { ...index.policy, constraint: without(index.policy.constraint, from.key) } };
  }
}

/** The whole policy of the mutant: it shares all kinds of rows that are as they were. */
export function mutatedPolicy(policy: Policy, { from, to }: Mutant): Policy {
  const less = { ...policy, [from.kind]: without(rowsOf(policy, from.kind), from.key) };
  return to ? { ...less, [to.kind]: replaced(rowsOf(less, to.kind), to.key, to.row) } : less;
}

type ByPattern = ReadonlyMap<string, readonly AnyGrant[]>;

function withoutGrant(grants: ByPattern, { kind, key, row }: Element): ByPattern {
  const pattern = String(row.permission);
  const isOther = (grant: AnyGrant) => "digest" in grant !== (kind === "conditional") || keyOf(kind, grant) !== key;
  return replaced(grants, pattern, (grants.get(pattern) as readonly AnyGrant[]).filter(isOther));
}

function withGrant(grants: ByPattern, { row }: Element): ByPattern {
  const grant = row as unknown as AnyGrant;
  return replaced(grants, grant.permission, [...(grants.get(grant.permission) ?? []), grant]);
}

const replaced = <T>(map: ReadonlyMap<string, T>, key: string, value: T): ReadonlyMap<string, T> =>
  new Map(map).set(key, value);

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
