/** Every mutation that can be wished for: the edit that decides it, with the slice that the edit must see. */
import type { Named } from "../errors.ts";
import { checkRow, type Document } from "./document/facts.ts";
import { plan, reasonsOf } from "./document/plan.ts";
import { joinParts, type PartedDocument } from "./document/read-stream.ts";
import {
  type AssignRequest,
  assign,
  disinherit,
  type GrantRequest,
  grant,
  inherit,
  revoke,
  type UserOrEveryone,
  ungrant,
} from "./edit/assign-and-grant.ts";
import { type ConstraintEdit, create, editConstraint, remove, rename, set } from "./edit/entities.ts";
import { type Change, kindOf, rowAfter } from "./model/change.ts";
import { parseNames, parseType } from "./model/constraint.ts";
import type { Mutation, NeededRows } from "./model/mutation.ts";
import { withoutOwn } from "./model/names.ts";
import type { Rows } from "./model/policy.ts";
import type { Scope } from "./model/scopes.ts";

const usersOf = (who: UserOrEveryone): readonly string[] => (who === null ? [] : [who]);

/** A wish may come from a program, so what it brings is read by the rules that the command line reads by. */
function legal(changes: readonly Change[]): readonly Change[] {
  for (const change of changes) {
    const row = rowAfter(change, 0);
    if (row) checkRow(kindOf(change), row);
  }
  return changes;
}

export const assigning = (mutation: AssignRequest): Mutation => ({
  needs: { users: usersOf(mutation.who), roles: mutation.roles, grants: "none" },
  decide: (policy) => legal(assign(policy, mutation)),
});

export const revoking = (mutation: {
  who: UserOrEveryone;
  roles: readonly string[];
  scope: Scope;
  everywhere: boolean;
}): Mutation => ({
  needs: { users: usersOf(mutation.who), roles: mutation.roles, grants: "none" },
  decide: (policy) => revoke(policy, mutation),
});

export const granting = (mutation: GrantRequest): Mutation => ({
  needs: grantSlice(mutation),
  decide: (policy) => legal(grant(policy, mutation)),
});

export const ungranting = (mutation: GrantRequest): Mutation => ({
  needs: grantSlice(mutation),
  decide: (policy) => ungrant(policy, mutation),
});

/** A wildcard is judged against the whole catalogue, a plain permission against its own row. */
function grantSlice({ role, permissions, scope }: GrantRequest): NeededRows {
  const wild = permissions.some((permission) => permission.includes("*"));
  const grants = { patterns: permissions, targets: [scope] };
  return { roles: [role], grants, permissions: wild ? "all" : permissions.map(withoutOwn) };
}

export const inheriting = (role: string, parents: readonly string[]): Mutation => ({
  needs: { roles: "all", grants: "none" },
  decide: (policy) => inherit(policy, role, parents),
});

export const disinheriting = (role: string, parents: readonly string[]): Mutation => ({
  needs: { roles: "all", grants: "none" },
  decide: (policy) => disinherit(policy, role, parents),
});

export const creating = <K extends Named>(kind: K, name: string, fields: Partial<Omit<Rows[K], K>>): Mutation => ({
  needs: recordSlice(kind, [name]),
  decide: (policy) => legal(create(policy, kind, name, fields)),
});

export const setting = <K extends Named>(kind: K, name: string, fields: Partial<Omit<Rows[K], K>>): Mutation => ({
  needs: recordSlice(kind, [name]),
  decide: (policy) => legal(set(policy, kind, name, fields)),
});

/** @param ifExists true to take an unknown name for one that is gone already. */
export const removing = (kind: Named, name: string, ifExists: boolean): Mutation => ({
  needs: referringSlice(kind, [name]),
  decide: (policy) => (ifExists && !policy[kind].has(name) ? [] : remove(policy, kind, name)),
});

export const renaming = (kind: Named, from: string, to: string): Mutation => ({
  needs: referringSlice(kind, [from, to]),
  decide: (policy) => legal(rename(policy, kind, from, to)),
});

/** A new constraint; names in any order and number. @param type one of `CONSTRAINT_TYPES` */
export const constraining = (
  constraint: string,
  type: string,
  { roles, limit, needs }: { roles: readonly string[]; limit: number | null; needs: readonly string[] | null },
): Mutation => {
  const row = {
    type: parseType(type),
    roles: parseNames("roles", roles),
    limit,
    needs: needs && parseNames("needs", needs),
  };
  return creating("constraint", constraint, row);
};

/** Other roles or another limit for a constraint that is there; what is not said stays. */
export const reshaping = (constraint: string, shape: ConstraintEdit): Mutation => ({
  needs: recordSlice("constraint", [constraint]),
  decide: (policy) => legal(editConstraint(policy, constraint, shape)),
});

/** A record's own row, and no more; a constraint's names hang together with the whole hierarchy. */
function recordSlice(kind: Named, names: readonly string[]): NeededRows {
  if (kind === "constraint") return { roles: "all", grants: "none" };
  if (kind === "user") return { users: names, grants: "none" };
  return kind === "role" ? { roles: names, grants: "none" } : { permissions: names, grants: "none" };
}

/** A record with whatever may refer to it: for a user its assignments, for structure all structure. */
function referringSlice(kind: Named, names: readonly string[]): NeededRows {
  if (kind === "user") return { users: names, grants: "none" };
  if (kind === "constraint") return recordSlice(kind, names);
  return { roles: "all", permissions: "all", holders: kind === "role" ? names : [] };
}

/** Brings the policy to a document; its own reasons stamp what they cause (rule 17). */
export function seeding(document: Document, prune: boolean): Mutation {
  const named = new Set([
    ...document.facts.user.keys(),
    ...[...document.facts.assignment.values()].map(({ row }) => String(row.user)),
  ]);
  const everyUser = prune && (document.sections.has("users") || document.sections.has("roles"));
  return {
    needs: { roles: "all", permissions: "all", users: everyUser ? "all" : [...named] },
    decide: (policy) => plan(policy, document, prune),
    reasonOf: reasonsOf(document),
  };
}

/**
 * The same for documents whose people are set apart. They are decided part by part, with no more of the policy than they name; but
 * pruning, and a document that brings constraints or the guard, must see everything at once. What is decided is held no longer.
 */
export function seedingParts({ rest, people, again }: PartedDocument, prune: boolean): Mutation {
  const rules = rest.facts.constraint.size + rest.facts.policy.size > 0;
  if (prune || rules || people.length === 0) return seeding(joinParts({ rest, people }), prune);
  let held: Document | undefined = rest;
  const taken = (): Document => {
    const document = held ?? again();
    held = undefined;
    return document;
  };
  const { needs, reasonOf } = seeding(rest, false);
  return {
    needs,
    decide: (policy) => plan(policy, taken(), false),
    ...(reasonOf && { reasonOf }),
    more: {
      count: people.reduce((sum, { count }) => sum + count, 0),
      whole: () => seeding(joinParts({ rest: taken(), people }), false),
      *parts() {
        for (const some of people) for (const part of some.parts()) yield seedingPeople(part);
      },
    },
  };
}

function seedingPeople(document: Document): Mutation {
  const named = (kind: "user" | "assignment", field: "user" | "role") =>
    [...document.facts[kind].values()].map(({ row }) => String(row[field]));
  const users = [...new Set([...named("user", "user"), ...named("assignment", "user")])];
  return {
    needs: { users, roles: [...new Set(named("assignment", "role"))], grants: "none" },
    decide: (policy) => plan(policy, document, false),
    reasonOf: reasonsOf(document),
  };
}
